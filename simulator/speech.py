"""A pretend speech server: it knows the words of the samples and of nothing else, and says so."""

from __future__ import annotations

import hashlib
import io
import wave

from aiohttp import web

from simulator.samples import Sample, demo_samples

UNKNOWN = "这是演示用的语音服务，只听得懂现成的样例。装上 dealbell[speech] 就能听自己的录音。"
_NEAR = 0.15
"""Seconds: a sample that was decoded on the way is known by its length."""


async def transcriptions(request: web.Request) -> web.Response:
    """POST /v1/audio/transcriptions, as OpenAI's API has it."""
    fields = await request.post()
    file = fields.get("file")
    if not isinstance(file, web.FileField):
        return web.json_response({"error": {"message": "file is missing"}}, status=400)
    return web.json_response({"text": _words(file.file.read())})


def _words(data: bytes) -> str:
    voices = [sample for sample in demo_samples() if sample.kind == "voice"]
    known = {hashlib.sha256(sample.data()).digest(): sample for sample in voices}
    sample = known.get(hashlib.sha256(data).digest()) or _by_length(data, voices)
    return sample.words if sample else UNKNOWN


def _by_length(data: bytes, voices: list[Sample]) -> Sample | None:
    try:
        with wave.open(io.BytesIO(data)) as sound:
            seconds = sound.getnframes() / sound.getframerate()
    except (wave.Error, EOFError):
        return None
    return next((sample for sample in voices if abs(sample.seconds - seconds) < _NEAR), None)
