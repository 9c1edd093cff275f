"""Where the originals lie, as the settings say."""

from __future__ import annotations

import aiohttp

from integrations.s3 import Bucket, S3Store
from media.store import FolderStore, MediaStore
from scheduler.clock import Clock
from settings.model import Settings


def store_of(settings: Settings, session: aiohttp.ClientSession, clock: Clock) -> MediaStore:
    if settings.media.store == "folder":
        return FolderStore(settings.media.folder)
    s3 = settings.media.s3
    bucket = Bucket(s3.endpoint, s3.bucket, s3.region, s3.access_key.reveal(), s3.secret_key.reveal(), s3.prefix)
    return S3Store(session, clock, bucket)
