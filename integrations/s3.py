"""Originals in an S3-compatible bucket, as media.store keeps them in a folder.

Only PUT, GET and DELETE of whole objects are needed, signed with AWS Signature Version 4; addresses are path-style, which AWS,
MinIO, Ceph and the Chinese clouds' S3 doors all take. docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit

import aiohttp
from yarl import URL

from media.store import checked, checksum
from scheduler.clock import Clock

TIMEOUT = aiohttp.ClientTimeout(total=60, connect=5)


class BucketTrouble(OSError):
    """The bucket cannot be reached, is full or refuses. No text of it holds a key."""


@dataclass(frozen=True, slots=True)
class Bucket:
    endpoint: str
    name: str
    region: str
    access_key: str
    secret_key: str
    prefix: str = ""
    """Of every key, such as `dealbell/`."""


class S3Store:
    def __init__(self, session: aiohttp.ClientSession, clock: Clock, bucket: Bucket) -> None:
        self._session = session
        self._clock = clock
        self._bucket = bucket

    async def keep(self, data: bytes) -> str:
        """The same bytes again are the same object again."""
        sha256 = checksum(data)
        await self._call("PUT", sha256, data)
        return sha256

    async def read(self, sha256: str) -> bytes:
        return checked(await self._call("GET", sha256), sha256)

    async def forget(self, sha256: str) -> None:
        await self._call("DELETE", sha256)

    async def _call(self, method: str, sha256: str, data: bytes = b"") -> bytes:
        url = self._url(sha256)
        headers = signed_headers(method, url, {}, checksum(data), self._bucket, self._clock.now())
        try:
            async with self._session.request(
                method,
                URL(url, encoded=True),
                data=data or None,
                headers=headers,
                timeout=TIMEOUT,
                allow_redirects=False,
            ) as answer:
                body = await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise BucketTrouble(f"{method}: {type(error).__name__}") from None
        if method == "GET" and answer.status == 404:
            raise FileNotFoundError(sha256)
        if method == "DELETE" and answer.status in (204, 404):
            return b""
        if answer.status != 200:
            raise BucketTrouble(f"{method}: HTTP {answer.status}")
        return body

    def _url(self, sha256: str) -> str:
        return f"{self._bucket.endpoint}/{quote(f'{self._bucket.name}/{self._bucket.prefix}{sha256[:2]}/{sha256}')}"


def signed_headers(
    method: str, url: str, headers: Mapping[str, str], payload_sha256: str, bucket: Bucket, now: datetime
) -> dict[str, str]:
    """`headers` and those that the signature adds. The path of `url` is percent-encoded already."""
    moment = f"{now:%Y%m%dT%H%M%SZ}"
    day = moment[:8]
    parts = urlsplit(url)
    signed = {
        **{name.lower(): value.strip() for name, value in headers.items()},
        "host": parts.netloc,
        "x-amz-content-sha256": payload_sha256,
        "x-amz-date": moment,
    }
    names = ";".join(sorted(signed))
    request = "\n".join(
        (
            method,
            parts.path or "/",
            parts.query,
            *(f"{name}:{signed[name]}" for name in sorted(signed)),
            "",
            names,
            payload_sha256,
        )
    )
    scope = f"{day}/{bucket.region}/s3/aws4_request"
    to_sign = "\n".join(("AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(request.encode()).hexdigest()))
    key = f"AWS4{bucket.secret_key}".encode()
    for part in (day, bucket.region, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    credential = f"Credential={bucket.access_key}/{scope}"
    signed["authorization"] = f"AWS4-HMAC-SHA256 {credential},SignedHeaders={names},Signature={signature}"
    return signed
