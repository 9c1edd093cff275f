"""Temporary media: upload, download, and the sealed downloads of the smart bot (wecom.md 2.3 and 3.7)."""

from __future__ import annotations

from aiohttp import BodyPartReader, web

from simulator.crypto import Seal, encrypt_bytes
from simulator.errors import ApiError
from simulator.pipeline import Asked
from simulator.world import BOT_MEDIA_LIFE, Json, Media, World

_MEGABYTE = 1 << 20
_MOST = {"image": 10 * _MEGABYTE, "voice": 2 * _MEGABYTE, "video": 10 * _MEGABYTE, "file": 20 * _MEGABYTE}
_TOO_BIG = {"image": 40009, "video": 40011}
_TYPES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n": "image/png", b"#!AMR": "audio/amr"}
_FRAME = 0.02
_AMR_FRAMES = {
    b"#!AMR\n": (12, 13, 15, 17, 19, 20, 26, 31, 5, 0, 0, 0, 0, 0, 0, 0),
    b"#!AMR-WB\n": (17, 23, 32, 36, 40, 46, 50, 58, 60, 5, 0, 0, 0, 0, 0, 0),
}
"""Bytes behind a frame's first one, by its type (RFC 4867, 5.3)."""


def content_type(data: bytes) -> str:
    return next((kind for magic, kind in _TYPES.items() if data.startswith(magic)), "application/octet-stream")


def voice_seconds(data: bytes) -> int:
    """As a bubble shows them, 1 at least. AMR frames say their type, blocks of Speex their length."""
    magic = next((magic for magic in _AMR_FRAMES if data.startswith(magic)), b"")
    at, frames = len(magic), 0
    while at < len(data):
        at += 1 + (_AMR_FRAMES[magic][data[at] >> 3 & 15] if magic else data[at])
        frames += 1
    return max(1, round(frames * _FRAME))


async def upload(asked: Asked) -> Json:
    media = await _taken(asked, tuple(_MOST))
    return _receipt(asked.world, media)


async def upload_for_webhook(asked: Asked) -> Json:
    """A wrong body is told before a wrong key (wecom.md 2.8)."""
    key = asked.query.get("key", "")
    media = await _taken(asked, ("file", "voice"), webhook_key=key)
    if asked.world.group_of_webhook(key) is None:
        del asked.world.media[media.id]
        raise ApiError(93000)
    return _receipt(asked.world, media)


def _receipt(world: World, media: Media) -> Json:
    return {"type": media.kind, "media_id": media.id, "created_at": str(int(media.made_at.timestamp()))}


async def _taken(asked: Asked, kinds: tuple[str, ...], webhook_key: str = "") -> Media:
    kind = asked.query.get("type", "")
    if kind not in kinds:
        raise ApiError(40005)
    name, data = await _part(asked.request)
    if not data:
        raise ApiError(44001)
    if len(data) <= 5:
        raise ApiError(40006)
    if len(data) > _MOST[kind]:
        raise ApiError(_TOO_BIG.get(kind, 45001))
    if kind == "voice" and not data.startswith(b"#!AMR"):
        raise ApiError(301017)
    if kind == "image" and content_type(data) not in ("image/jpeg", "image/png"):
        raise ApiError(40004)
    return asked.world.keep_media(kind, name, data, webhook_key)


async def _part(request: web.Request) -> tuple[str, bytes]:
    """Name and bytes of the field `media`. A name given only as RFC 2231 `filename*=` ends in 44001, as reported."""
    if not request.content_type.startswith("multipart/"):
        raise ApiError(44001)
    try:
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            if not isinstance(part, BodyPartReader) or part.name != "media":
                continue
            if "filename=" not in part.headers.get("Content-Disposition", ""):
                raise ApiError(44001)
            return part.filename or "", bytes(await part.read())
    except ValueError as fault:
        raise ApiError(44001) from fault
    raise ApiError(44001)


async def download(asked: Asked) -> web.Response:
    media_id = asked.query.get("media_id", "")
    if not media_id:
        raise ApiError(41006)
    media = asked.world.good_media(media_id)
    await asked.world.weather.media_may_flow()
    return attachment(media, media.data)


def attachment(media: Media, data: bytes) -> web.Response:
    disposition = f'attachment; filename="{media.name or media.id}"'
    return web.Response(body=data, content_type=content_type(data), headers={"Content-Disposition": disposition})


async def download_for_bot(asked: Asked) -> web.Response:
    """What a callback's `image.url` or `file.url` points at: sealed with the bot's key, gone after five minutes."""
    world = asked.world
    media = world.media.get(asked.request.match_info["media_id"])
    if media is None or world.now() - media.made_at > BOT_MEDIA_LIFE:
        return web.Response(status=404, text="AccessDenied")
    await world.weather.media_may_flow()
    bot = world.company.bot
    return attachment(media, encrypt_bytes(Seal(bot.token, bot.encoding_aes_key, "").key, media.data))
