"""A remote speech server over real HTTP: what is sent, and what each refusal means (N1)."""

from __future__ import annotations

import io
import wave
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from domain.speech import Heard, Problem, Unheard
from integrations.speech_server import RemoteSpeech

AUDIO = Path(__file__).parents[1] / "data/audio"
LONGEST = timedelta(minutes=2)
Serve = Callable[[web.Application], Awaitable[TestServer]]


class Server:
    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}
        self.answer: web.Response = web.json_response({"text": "预算五十万，王總拍板"})

    async def hear(self, request: web.Request) -> web.Response:
        fields = dict(await request.post())
        file = fields["file"]
        assert isinstance(file, web.FileField)
        self.asked = {"key": request.headers.get("Authorization"), **fields, "file": file.file.read()}
        return self.answer


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made


@pytest.fixture
async def server(aiohttp_server: Serve, session: aiohttp.ClientSession) -> tuple[Server, RemoteSpeech]:
    made = Server()
    app = web.Application(client_max_size=8 << 20)
    app.router.add_post("/v1/audio/transcriptions", made.hear)
    running = await aiohttp_server(app)
    url = str(running.make_url("/v1"))
    return made, RemoteSpeech(session, url=url, model="large", key="k1", timeout=timedelta(seconds=20))


async def test_amr_goes_out_as_wav_with_language_key_and_names(server: tuple[Server, RemoteSpeech]) -> None:
    made, speech = server
    heard = await speech.hear((AUDIO / "memo.amr").read_bytes(), ["恒达机械"], LONGEST)
    assert isinstance(heard, Heard)
    assert heard.text == "预算五十万，王总拍板"
    asked = made.asked
    assert (asked["key"], asked["model"], asked["language"]) == ("Bearer k1", "large", "zh")
    assert "恒达机械" in asked["prompt"]
    with wave.open(io.BytesIO(asked["file"])) as sent:
        assert (sent.getframerate(), sent.getnchannels()) == (16000, 1)
        assert sent.getnframes() / 16000 == pytest.approx(12.4, abs=0.1)


@pytest.mark.parametrize(
    ("status", "body", "problem"),
    [
        (401, "no", Problem.SERVER_KEY),
        (404, "no", Problem.SERVER_ADDRESS),
        (429, "slow down", Problem.SERVER_BUSY),
        (400, "bad file", Problem.SERVER_REFUSED),
        (500, "oops", Problem.SERVER_AWAY),
        (200, "<html>hello</html>", Problem.SERVER_ADDRESS),
        (200, "[]", Problem.SERVER_ADDRESS),
        (200, '{"text": "  "}', Problem.NO_WORDS),
    ],
)
async def test_each_refusal_has_its_own_cure(
    server: tuple[Server, RemoteSpeech], status: int, body: str, problem: Problem
) -> None:
    made, speech = server
    made.answer = web.Response(status=status, text=body)
    unheard = await speech.hear((AUDIO / "short.wav").read_bytes(), [], LONGEST)
    assert isinstance(unheard, Unheard)
    assert unheard.problem is problem


async def test_a_server_that_is_away_is_told_and_may_come_back(session: aiohttp.ClientSession) -> None:
    speech = RemoteSpeech(session, url="http://127.0.0.1:1/v1", model="x", key="", timeout=timedelta(seconds=5))
    unheard = await speech.hear((AUDIO / "short.wav").read_bytes(), [], LONGEST)
    assert isinstance(unheard, Unheard)
    assert unheard.problem is Problem.SERVER_AWAY
    assert unheard.problem.may_pass
