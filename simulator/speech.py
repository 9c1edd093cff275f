"""A pretend speech server: it knows the words of the samples by their checksum and of nothing else, and says so."""

from __future__ import annotations

import hashlib

from aiohttp import web

from simulator.samples import demo_samples
from simulator.world import World

UNKNOWN = "这是演示用的语音服务，只听得懂现成的样例。装上 dealbell[speech] 就能听自己的录音。"


def mount(router: web.UrlDispatcher, world: World) -> None:
    """POST /v1/audio/transcriptions, as OpenAI's API has it."""

    async def transcriptions(request: web.Request) -> web.Response:
        return web.Response(status=503) if world.weather.is_speech_away else await _answer(request)

    router.add_post("/v1/audio/transcriptions", transcriptions)


async def _answer(request: web.Request) -> web.Response:
    fields = await request.post()
    file = fields.get("file")
    if not isinstance(file, web.FileField):
        return web.json_response({"error": {"message": "file is missing"}}, status=400)
    return web.json_response({"text": _words(file.file.read())})


def _words(data: bytes) -> str:
    known = {hashlib.sha256(sample.data()).digest(): sample.words for sample in demo_samples() if sample.words}
    return known.get(hashlib.sha256(data).digest(), UNKNOWN)
