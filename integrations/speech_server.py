"""A speech server that speaks OpenAI's /v1/audio/transcriptions (N1, interfaces.md [speech])."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta

import aiohttp

from domain.speech import Heard, Problem, Unheard
from media.audio import AudioProblem, decode
from media.speech import PROMPT, simplified


class RemoteSpeech:
    """Sound is decoded here and sent as WAV, since not every server knows AMR."""

    def __init__(self, session: aiohttp.ClientSession, *, url: str, model: str, key: str, timeout: timedelta) -> None:
        self._session = session
        self._url = f"{url}/audio/transcriptions"
        self._model = model
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._timeout = aiohttp.ClientTimeout(total=timeout.total_seconds(), connect=5)

    async def hear(self, data: bytes, hints: Sequence[str], longest: timedelta) -> Heard | Unheard:
        try:
            audio = await asyncio.to_thread(decode, data, longest)
        except AudioProblem as problem:
            if problem.code is not Problem.NO_DECODER:
                return Unheard(problem.code, problem.detail)
            # Without PyAV the original goes out: most servers decode AMR themselves.
            seconds, file, name = 0.0, data, "memo.amr"
        else:
            seconds, file, name = audio.seconds, audio.wav(), "memo.wav"
        form = aiohttp.FormData()
        form.add_field("file", file, filename=name, content_type="application/octet-stream")
        form.add_field("model", self._model)
        form.add_field("language", "zh")
        form.add_field("response_format", "json")
        form.add_field("prompt", PROMPT + "、".join(hints))
        try:
            async with self._session.post(
                self._url, data=form, headers=self._headers, timeout=self._timeout, allow_redirects=False
            ) as answer:
                said = await _words(answer)
        except TimeoutError:
            return Unheard(Problem.SERVER_SLOW, "", seconds)
        except aiohttp.ClientError as error:
            return Unheard(Problem.SERVER_AWAY, repr(error), seconds)
        if isinstance(said, Unheard):
            return Unheard(said.problem, said.detail, seconds)
        text = await asyncio.to_thread(simplified, said)
        return Heard(text, seconds, f"remote {self._model}") if text else Unheard(Problem.NO_WORDS, "", seconds)

    async def close(self) -> None:
        """The session is the house's."""


_BY_STATUS = {
    401: Problem.SERVER_KEY, 403: Problem.SERVER_KEY, 404: Problem.SERVER_ADDRESS, 405: Problem.SERVER_ADDRESS,
    429: Problem.SERVER_BUSY, 503: Problem.SERVER_BUSY,
}  # fmt: skip


async def _words(answer: aiohttp.ClientResponse) -> str | Unheard:
    raw = (await answer.content.read(1 << 20)).decode(errors="replace")
    if answer.status != 200:
        problem = _BY_STATUS.get(answer.status)
        if problem is None:
            problem = Problem.SERVER_REFUSED if answer.status < 500 else Problem.SERVER_AWAY
        return Unheard(problem, f"HTTP {answer.status}: {raw[:200]}")
    try:
        return str(json.loads(raw)["text"]).strip()
    except (ValueError, KeyError, TypeError):
        return Unheard(Problem.SERVER_ADDRESS, raw[:200])
