"""Originals, unaltered, under the SHA-256 of their bytes (V4): in a folder, or in an S3 bucket (integrations/s3.py)."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from pathlib import Path
from typing import Protocol


class DamagedOriginal(OSError):
    """What lies under a checksum no longer has it."""


class MediaStore(Protocol):
    """Raises OSError where it cannot be reached or is full; nothing is kept in half."""

    async def keep(self, data: bytes) -> str:
        """Returns the checksum under which `read` gives the bytes again."""
        ...

    async def read(self, sha256: str) -> bytes:
        """FileNotFoundError where there is none, DamagedOriginal where it has been altered."""
        ...

    async def forget(self, sha256: str) -> None:
        """Erasing personal data (A4). Nothing happens where there is none."""
        ...


class FolderStore:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, data: bytes) -> str:
        return await asyncio.to_thread(self._keep, data)

    async def read(self, sha256: str) -> bytes:
        return checked(await asyncio.to_thread(self.path(sha256).read_bytes), sha256)

    async def forget(self, sha256: str) -> None:
        await asyncio.to_thread(self.path(sha256).unlink, missing_ok=True)

    def path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def _keep(self, data: bytes) -> str:
        """The file appears whole or not at all."""
        sha256 = checksum(data)
        target = self.path(sha256)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            # Two members may send the same file at once.
            partial = target.with_suffix(f".{secrets.token_hex(8)}.partial")
            try:
                partial.write_bytes(data)
                partial.replace(target)
            finally:
                partial.unlink(missing_ok=True)
        return sha256


def checksum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def checked(data: bytes, sha256: str) -> bytes:
    if checksum(data) != sha256:
        raise DamagedOriginal(f"not the bytes that were kept as {sha256}")
    return data
