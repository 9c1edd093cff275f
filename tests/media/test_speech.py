"""Sound → words, through the real engines with a checkpoint that says a chosen sentence, and through a real server."""

from __future__ import annotations

import asyncio
import http.server
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from domain.speech import Heard, Problem, Unheard
from media import speech
from media.audio import Audio, decode, look
from media.speech import MOST_HINTS, STYLE, Engine, EngineProblem, Recipe, build, joined, prompt_of, understand
from tests.kit.scripted_whisper import ENGINES, MODULES, scripted

AUDIO = Path(__file__).parents[1] / "data" / "audio"
SAID = "今天拜訪了恒达机械王總，对方要三百套，下周三報價"
HEARD = "今天拜访了恒达机械王总，对方要三百套，下周三报价"
HINTS = ("恒达机械", "X200")
LONG = "他们老板感谢观看我们的样机演示，说下周三之前一定要把报价发过去，预算是五十万，拍板的是王总，还有交期要三个月"


def sound(name: str) -> Audio:
    return decode((AUDIO / name).read_bytes())


@pytest.fixture(autouse=True)
def _no_downloads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="module", params=ENGINES)
def recipe(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Recipe:
    """Of an engine whose model says SAID when it is prompted with the HINTS, and something else when it is not."""
    model = scripted(request.param, tmp_path_factory.mktemp("model"), SAID, prompt_of(HINTS))
    return Recipe(request.param, model, threads=1)


@pytest.fixture(scope="module")
def engine(recipe: Recipe) -> Engine:
    return build(recipe)


@pytest.mark.parametrize(
    "name", ["memo.amr", "dtx.amr", "memo.awb", "dtx.awb", "memo.spx", "memo.speex", "short.mp3", "one_second.amr"]
)
def test_a_real_engine_hears_its_sentence_from_every_format(engine: Engine, name: str) -> None:
    """N1, end to end but for the weights: decoding, features, beam search, prompt with hints, simplified characters."""
    heard = understand(engine, sound(name), HINTS)
    assert isinstance(heard, Heard)
    assert heard.text == HEARD
    assert heard.seconds == sound(name).seconds
    assert "scripted" in heard.engine


def test_sixty_seconds_are_heard_to_the_end(engine: Engine) -> None:
    """Two windows of thirty seconds, or three where pauses end one early; each says the sentence."""
    heard = understand(engine, sound("sixty_seconds.amr"), HINTS)
    assert isinstance(heard, Heard)
    assert heard.text in {"，".join([HEARD] * times) for times in (2, 3)}


def test_the_names_reach_the_engine(engine: Engine) -> None:
    """The script begins where the prompt with these names ends; without them another text comes out."""
    without = understand(engine, sound("short.wav"), ())
    assert not isinstance(without, Heard) or without.text != HEARD


@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_model_that_is_none_is_told_apart_from_a_missing_library(engine_name: str, tmp_path: Path) -> None:
    broken = tmp_path / "model.bin"
    broken.write_bytes(b"no model")
    for model in (str(broken), str(tmp_path), str(tmp_path / "nowhere"), "no-such-size"):
        with pytest.raises(EngineProblem) as caught:
            build(Recipe(engine_name, model, folder=str(tmp_path / "models")))
        assert caught.value.code is Problem.NO_MODEL


@pytest.mark.parametrize(("engine_name", "module"), MODULES.items())
def test_without_the_extra_the_problem_says_so(engine_name: str, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(EngineProblem) as caught:
        build(Recipe(engine_name, "small"))
    assert caught.value.code is Problem.NO_ENGINE


def test_a_mirror_of_the_hub_is_where_the_model_is_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A stand-in for the hub answers 404 to whatever is asked of it, and is asked in a process of its own."""
    asked: list[str] = []

    class Mirror(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mirror) as mirror:
        threading.Thread(target=mirror.serve_forever, daemon=True).start()
        monkeypatch.delenv("HF_HUB_OFFLINE")
        program = (
            "import sys; from media.speech import *\n"
            f"recipe = Recipe('whisper', 'tiny', {str(tmp_path)!r}, 'http://127.0.0.1:{mirror.server_port}')\n"
            "try: build(recipe)\n"
            "except EngineProblem as problem: sys.exit(problem.code)"
        )
        done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
        mirror.shutdown()
    assert done.stderr.strip().splitlines()[-1] == "no_model"
    assert any("faster-whisper-tiny" in path for path in asked)


def test_a_model_is_found_on_the_disk_without_loading_a_library(recipe: Recipe, tmp_path: Path) -> None:
    assert speech.has_model(recipe)
    by_name = replace(recipe, model="small", folder=str(tmp_path))
    assert not speech.has_model(by_name)
    kept = (
        "small.pt"
        if recipe.engine == "openai-whisper"
        else "models--Systran--faster-whisper-small/snapshots/1/model.bin"
    )
    (tmp_path / kept).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / kept).touch()
    assert speech.has_model(by_name)
    assert not speech.has_model(replace(by_name, model="base"))


# What surrounds an engine


class Says:
    """An engine whose sentences are given."""

    name = "given"
    wants_samples = True

    def __init__(self, *sentences: str) -> None:
        self.sentences = list(sentences)
        self.prompt = ""

    def hear(self, audio: Audio, prompt: str) -> list[str]:
        self.prompt = prompt
        return self.sentences


@pytest.mark.parametrize(
    ("sentences", "text"),
    [
        (["今天去了恒达", " 王总说要三百套。", "下周三报价 "], "今天去了恒达，王总说要三百套。下周三报价"),
        (["預算五十萬", "", "  "], "预算五十万"),
        (["王总要三百套", "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目"], "王总要三百套"),
        (["中文字幕由 Amara.org 社群提供", "字幕志愿者 李宗盛", "感谢观看"], ""),
        ([LONG], LONG),
        (["\x00王总\ud800来了"], "王总来了"),
        ([], ""),
    ],
)  # fmt: skip
def test_sentences_become_one_simplified_text_without_what_nobody_said(sentences: list[str], text: str) -> None:
    result = understand(Says(*sentences), sound("one_second.amr"), ())
    if text:
        assert isinstance(result, Heard)
        assert result.text == text
    else:
        assert result == Unheard(Problem.NO_WORDS, "", sound("one_second.amr").seconds)


def test_hints_are_whole_names_each_once_and_no_more_than_the_prompt_holds() -> None:
    names = ["恒达机械", " 恒达机械 ", "", "X200", *(f"客户名称{number}" for number in range(50))]
    prompt = prompt_of(names)
    assert prompt.startswith(f"{STYLE}恒达机械、X200、客户名称0、")
    told = prompt.removeprefix(STYLE).split("、")
    assert set(told) <= {name.strip() for name in names}
    assert len(told) == len(set(told))
    assert len(prompt) <= len(STYLE) + MOST_HINTS
    assert prompt_of([]) == STYLE


def test_joined_keeps_a_sentence_that_only_sounds_like_credits() -> None:
    assert joined(["客户说字幕机要三台"]) == "客户说字幕机要三台"


# A speech server


class Server:
    """A stand-in for any server with OpenAI's address; remembers what it was sent."""

    def __init__(self) -> None:
        self.answer: Callable[[web.Request], Awaitable[web.StreamResponse]] = self.say("王總說要三百套")
        self.fields: dict[str, object] = {}
        self.headers: dict[str, str] = {}

    @staticmethod
    def say(text: object, status: int = 200) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def answer(_request: web.Request) -> web.Response:
            return web.json_response({"text": text}, status=status)

        return answer

    async def take(self, request: web.Request) -> web.StreamResponse:
        self.headers = dict(request.headers)
        self.fields = {}
        async for part in await request.multipart():
            assert isinstance(part, aiohttp.BodyPartReader)
            assert part.name
            data = await part.read()
            self.fields[part.name] = bytes(data) if part.filename else data.decode()
        return await self.answer(request)


@asynccontextmanager
async def listening(server: Server) -> AsyncIterator[str]:
    app = web.Application(client_max_size=64 << 20)
    app.router.add_post("/v1/audio/transcriptions", server.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    await runner.cleanup()


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
async def remote(server: Server) -> AsyncIterator[Recipe]:
    async with listening(server) as url:
        yield Recipe("remote", "large-v3", url=url, key="k-123", timeout=20)


async def ask(recipe: Recipe, name: str = "short.wav") -> Heard | Unheard:
    return await asyncio.to_thread(understand, build(recipe), sound(name), HINTS)


async def test_a_server_gets_wav_model_language_prompt_and_key(server: Server, remote: Recipe) -> None:
    heard = await ask(remote, "dtx.amr")
    assert heard == Heard("王总说要三百套", sound("dtx.amr").seconds, "remote large-v3")
    assert server.fields.pop("file") == sound("dtx.amr").wav()
    assert server.fields == {"model": "large-v3", "language": "zh", "prompt": prompt_of(HINTS)}
    assert server.headers["Authorization"] == "Bearer k-123"


async def test_a_server_that_decodes_by_itself_gets_the_original(server: Server, remote: Recipe) -> None:
    data = (AUDIO / "dtx.awb").read_bytes()
    heard = await asyncio.to_thread(understand, build(replace(remote, send="original")), look(data), ())
    assert server.fields["file"] == data
    assert isinstance(heard, Heard)
    assert heard.seconds == pytest.approx(8.5)


async def test_without_a_key_none_is_sent(server: Server, remote: Recipe) -> None:
    await ask(replace(remote, key=""))
    assert "Authorization" not in server.headers


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (400, Problem.SERVER_REFUSED), (401, Problem.SERVER_KEY), (403, Problem.SERVER_KEY),
        (404, Problem.SERVER_ADDRESS), (413, Problem.SERVER_REFUSED), (415, Problem.SERVER_REFUSED),
        (429, Problem.SERVER_BUSY), (302, Problem.SERVER_ADDRESS), (500, Problem.SERVER_AWAY),
        (502, Problem.SERVER_AWAY), (503, Problem.SERVER_BUSY), (504, Problem.SERVER_SLOW),
    ],
)  # fmt: skip
async def test_refusals_of_a_server_are_told_apart(
    server: Server, remote: Recipe, status: int, problem: Problem
) -> None:
    server.answer = server.say("no", status)
    result = await ask(remote)
    assert isinstance(result, Unheard)
    assert result.problem is problem
    assert str(status) in result.detail
    assert "k-123" not in result.detail


@pytest.mark.parametrize("body", ["<html>hello</html>", "[]", '{"words":1}', '{"text":null}', "[" * 5000, ""])
async def test_an_answer_that_is_none_is_a_wrong_address(server: Server, remote: Recipe, body: str) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text=body)

    server.answer = answer
    result = await ask(remote)
    assert isinstance(result, Unheard)
    assert result.problem is Problem.SERVER_ADDRESS


async def test_an_endless_answer_does_not_fill_the_memory(
    server: Server, remote: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speech, "LARGEST_ANSWER", 1000)
    server.answer = server.say("很" * 1000)
    result = await ask(remote)
    assert isinstance(result, Unheard)
    assert result.problem is Problem.SERVER_ADDRESS


async def test_a_server_that_does_not_answer_in_time_is_slow_and_one_that_is_not_there_is_away(
    server: Server, remote: Recipe, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = asyncio.Event()

    async def wait(_request: web.Request) -> web.Response:
        await released.wait()
        return web.Response()

    server.answer = wait
    monkeypatch.setattr(speech, "PER_SECOND", 0.0)
    slow = await ask(replace(remote, timeout=0.3))
    released.set()
    away = await ask(replace(remote, url=f"http://127.0.0.1:{unused_tcp_port}/v1"))
    assert isinstance(slow, Unheard)
    assert isinstance(away, Unheard)
    assert (slow.problem, away.problem) == (Problem.SERVER_SLOW, Problem.SERVER_AWAY)


async def test_a_connection_that_breaks_off_is_the_server_away(server: Server, remote: Recipe) -> None:
    async def break_off(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    server.answer = break_off
    result = await ask(remote)
    assert isinstance(result, Unheard)
    assert result.problem is Problem.SERVER_AWAY


async def test_silence_from_a_server_is_no_words(server: Server, remote: Recipe) -> None:
    server.answer = server.say("  ")
    result = await ask(remote)
    assert isinstance(result, Unheard)
    assert result.problem is Problem.NO_WORDS


async def test_off_keeps_the_sound_and_says_so() -> None:
    assert await speech.Off().hear(b"", (), timedelta(minutes=1)) == Unheard(Problem.OFF)


def test_patience_grows_with_the_recording() -> None:
    assert Recipe("remote", "x", timeout=60).patience(1800) == 60 + 3600
