"""Originals in an S3-compatible bucket: signed as Amazon documents it, whole, and never altered (V4)."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import aiohttp
import pytest

from integrations.s3 import Bucket, BucketTrouble, S3Store, signed_headers
from media.store import DamagedOriginal
from tests.kit.clock import FakeClock
from tests.kit.s3 import SECRET, PretendBucket, pretend_bucket

PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 40
NOTHING = hashlib.sha256(b"").hexdigest()


@pytest.fixture
async def bucket() -> AsyncIterator[PretendBucket]:
    async with pretend_bucket() as made:
        yield made


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made


def store(session: aiohttp.ClientSession, bucket: PretendBucket, **changes: str) -> S3Store:
    address = Bucket(bucket.url, "originals", "cn-north-1", "key-of-nobody", SECRET, "dealbell/")
    return S3Store(session, FakeClock(), replace(address, **changes))


def test_amazons_published_example_is_signed_as_published() -> None:
    """GET Object of "Authenticating Requests: Using the Authorization Header", with its example credentials."""
    example = Bucket("", "", "us-east-1", "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    url = "https://examplebucket.s3.amazonaws.com/test.txt"
    moment = datetime(2013, 5, 24, tzinfo=UTC)
    signed = signed_headers("GET", url, {"Range": "bytes=0-9"}, NOTHING, example, moment)
    assert signed["authorization"].endswith(
        "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    )


async def test_what_is_kept_is_read_again_to_the_byte(session: aiohttp.ClientSession, bucket: PretendBucket) -> None:
    kept = store(session, bucket)
    sha256 = await kept.keep(PHOTO)
    assert sha256 == hashlib.sha256(PHOTO).hexdigest()
    assert bucket.objects == {f"/originals/dealbell/{sha256[:2]}/{sha256}": PHOTO}
    assert await kept.read(sha256) == PHOTO
    assert await kept.keep(PHOTO) == sha256
    assert bucket.refused == []


async def test_what_is_forgotten_is_gone_and_again_does_nothing(
    session: aiohttp.ClientSession, bucket: PretendBucket
) -> None:
    kept = store(session, bucket)
    sha256, other = await kept.keep(PHOTO), await kept.keep(PHOTO[1:])
    await kept.forget(sha256)
    await kept.forget(sha256)
    with pytest.raises(FileNotFoundError):
        await kept.read(sha256)
    assert await kept.read(other) == PHOTO[1:]
    bucket.status = 503
    with pytest.raises(BucketTrouble, match="HTTP 503"):
        await kept.forget(other)


async def test_a_wrong_secret_is_refused_and_said_without_it(
    session: aiohttp.ClientSession, bucket: PretendBucket
) -> None:
    with pytest.raises(BucketTrouble, match="HTTP 403") as refused:
        await store(session, bucket, secret_key="another").keep(PHOTO)
    assert bucket.refused == ["SignatureDoesNotMatch"]
    assert "another" not in str(refused.value)


async def test_an_original_that_was_altered_is_not_given_out(
    session: aiohttp.ClientSession, bucket: PretendBucket
) -> None:
    kept = store(session, bucket)
    sha256 = await kept.keep(PHOTO)
    bucket.objects = dict.fromkeys(bucket.objects, PHOTO[:-1])
    with pytest.raises(DamagedOriginal):
        await kept.read(sha256)


async def test_what_is_not_there_is_missing_and_a_full_bucket_is_trouble(
    session: aiohttp.ClientSession, bucket: PretendBucket
) -> None:
    kept = store(session, bucket)
    with pytest.raises(FileNotFoundError):
        await kept.read("0" * 64)
    bucket.status = 507
    with pytest.raises(BucketTrouble, match="HTTP 507"):
        await kept.keep(PHOTO)


async def test_a_bucket_out_of_reach_is_trouble(session: aiohttp.ClientSession, bucket: PretendBucket) -> None:
    with pytest.raises(BucketTrouble):
        await store(session, bucket, endpoint="http://127.0.0.1:1").keep(PHOTO)
