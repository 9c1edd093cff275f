"""The [speech] section as the house uses it: what it lacks, what readiness says, what the doctor finds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from aiohttp import web

from bot import speech
from bot.app import _probe_speech, listening
from bot.commands import checks
from bot.commands.checks import Verdict
from bot.speech import lacking, recipe_of, speech_of
from domain.speech import Problem
from media.speech import Off
from scheduler.transcriptions import Transcriptions
from settings.load import parse
from settings.model import Settings


def made(**section: Any) -> Settings:
    return parse({"speech": section})


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Which modules the house believes to be installed."""
    modules = {"av", "faster_whisper", "whisper"}
    monkeypatch.setattr(speech.importlib.util, "find_spec", lambda name: name if name in modules else None)
    return modules


@pytest.mark.parametrize(
    ("section", "gone", "problem"),
    [
        ({"engine": "off"}, {"av", "faster_whisper"}, None),
        ({"model": "HERE"}, set(), None),
        ({"model": "HERE"}, {"av"}, Problem.NO_DECODER),
        ({"model": "HERE"}, {"faster_whisper"}, Problem.NO_ENGINE),
        ({"model": "HERE"}, {"whisper"}, None),
        ({"engine": "openai-whisper", "model": "HERE"}, {"whisper"}, Problem.NO_ENGINE),
        ({"model": "small", "model_folder": "EMPTY"}, set(), Problem.NO_MODEL),
        ({"engine": "openai-whisper", "model": "small", "model_folder": "EMPTY"}, set(), Problem.NO_MODEL),
        ({"engine": "remote", "url": "http://h/v1"}, {"faster_whisper", "whisper"}, None),
        ({"engine": "remote", "url": "http://h/v1"}, {"av"}, Problem.NO_DECODER),
        ({"engine": "remote", "url": "http://h/v1", "send": "original"}, {"av", "faster_whisper"}, None),
    ],
)
def test_what_is_missing_is_seen_without_loading_anything(
    section: dict[str, str], gone: set[str], problem: Problem | None, installed: set[str], tmp_path: Path
) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.bin").touch()
    places = {"HERE": str(tmp_path / "model"), "EMPTY": str(tmp_path / "empty")}
    installed -= gone
    settings = made(**{key: places.get(value, value) for key, value in section.items()})
    assert lacking(settings.speech) is problem
    found = checks.media_tools(settings)
    assert [check.verdict for check in found] == [Verdict.WARN if problem else Verdict.OK]
    assert all(check.cure for check in found if check.verdict is Verdict.WARN)


def test_the_recipe_carries_every_key_and_off_needs_no_process() -> None:
    settings = made(
        engine="remote", model="large-v3", model_folder="/m", model_url="https://mirror.example.com", threads=3,
        url="http://127.0.0.1:9/v1", key="k", send="original", timeout="90s",
    )  # fmt: skip
    recipe = recipe_of(settings.speech)
    assert (recipe.engine, recipe.model, recipe.folder, recipe.threads) == ("remote", "large-v3", "/m", 3)
    assert (recipe.model_url, recipe.url, recipe.key) == ("https://mirror.example.com", "http://127.0.0.1:9/v1", "k")
    assert (recipe.send, recipe.timeout, recipe.cores) == ("original", 90.0, 3)
    assert isinstance(speech_of(made(engine="off").speech), Off)


def test_a_model_beside_the_settings_file_is_a_path_and_a_name_stays_one(tmp_path: Path) -> None:
    (tmp_path / "whisper-small").mkdir()
    assert parse({"speech": {"model": "whisper-small"}}, tmp_path).speech.model == str(tmp_path / "whisper-small")
    assert parse({"speech": {"model": "small"}}, tmp_path).speech.model == "small"


@asynccontextmanager
async def server(status: int) -> AsyncIterator[str]:
    async def models(request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer k"
        return web.json_response({"data": []}, status=status)

    app = web.Application()
    app.router.add_get("/v1/models", models)
    async with listening(app, "127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}/v1"


@pytest.mark.parametrize(("status", "verdict"), [(200, Verdict.OK), (404, Verdict.OK), (401, Verdict.WARN)])
async def test_the_doctor_asks_the_speech_server(status: int, verdict: Verdict) -> None:
    async with server(status) as url:
        found = await checks.speech_server(made(engine="remote", url=url, key="k"))
    assert [check.verdict for check in found] == [verdict]


async def test_the_doctor_says_that_the_speech_server_is_away(unused_tcp_port: int) -> None:
    (found,) = await checks.speech_server(made(engine="remote", url=f"http://127.0.0.1:{unused_tcp_port}/v1", key="k"))
    assert found.verdict is Verdict.WARN
    assert "speech.url" in found.cure
    assert await checks.speech_server(made()) == []


def test_the_doctor_warns_of_speech_in_plain_http(installed: set[str]) -> None:
    for url, verdict in (
        ("http://speech.example.com/v1", Verdict.WARN),
        ("https://speech.example.com/v1", Verdict.OK),
        ("http://speech:9000/v1", Verdict.OK),
        ("http://10.0.0.7/v1", Verdict.OK),
    ):
        assert [check.verdict for check in checks.media_tools(made(engine="remote", url=url))] == [verdict]


async def test_readiness_names_a_missing_model_and_the_trouble_of_the_last_memo(tmp_path: Path) -> None:
    """Reported only (interfaces.md): a voice memo is kept without it."""

    class Hearing:
        trouble: Problem | None = None
        has_heard = False

    hearing = Hearing()
    settings = made(model="small", model_folder=str(tmp_path))
    probe = _probe_speech(settings, cast("Transcriptions", hearing))
    assert "speech.model" in await probe()
    hearing.has_heard = True
    assert await probe() == ""
    hearing.trouble = Problem.DIED
    assert "内存" in await probe()
    assert await _probe_speech(made(engine="off"), cast("Transcriptions", Hearing()))() == ""
