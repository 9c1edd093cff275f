"""The real engine, in process and in its own process, on real AMR, AMR-WB and Speex (N1).

The checkpoint says one sentence whatever it hears: it shows that the pipeline runs, and nothing about how well Whisper
hears.
"""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import timedelta
from pathlib import Path

import pytest

from domain.speech import Heard, Problem, Unheard
from media.speech import PROMPT, EngineSpec, FasterWhisper, LocalSpeech, Off, OpenAIWhisper, SpeechProblem, hear_with
from tests.kit.scripted_whisper import scripted

AUDIO = Path(__file__).parents[1] / "data/audio"
SENTENCE = "刚从恒达机械出来，王總拍板，预算五十万，下周三报价"
SIMPLE = SENTENCE.replace("總", "总")
LONGEST = timedelta(minutes=2)

pytest.importorskip("faster_whisper", reason="the extra `speech` is not installed")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scripted(tmp_path_factory.mktemp("whisper"), SENTENCE, prompt=PROMPT)


@pytest.fixture(scope="module")
def engine(model: Path) -> FasterWhisper:
    return FasterWhisper(EngineSpec("whisper", str(model), threads=1))


@pytest.mark.parametrize("file", ["memo.amr", "dtx.amr", "memo.awb", "dtx.awb", "memo.speex", "memo.spx", "short.3gp"])
def test_every_kind_of_voice_message_comes_out_in_simplified_characters(engine: FasterWhisper, file: str) -> None:
    heard = hear_with(engine, (AUDIO / file).read_bytes(), (), LONGEST)
    assert isinstance(heard, Heard)
    assert heard.text == SIMPLE
    assert heard.engine.startswith("faster-whisper")


def test_names_that_may_be_said_reach_the_engine(tmp_path: Path) -> None:
    """They move the places of the words in the prompt: only a checkpoint made for them says the whole sentence."""
    hints = ("恒达机械", "X200")
    told = FasterWhisper(EngineSpec("whisper", str(scripted(tmp_path, SENTENCE, prompt=f"{' '.join(hints)} {PROMPT}"))))
    heard = hear_with(told, (AUDIO / "short.wav").read_bytes(), hints, LONGEST)
    assert isinstance(heard, Heard)
    assert heard.text == SIMPLE


@pytest.mark.parametrize(
    ("data", "problem"),
    [(b"", Problem.EMPTY), (b"#!SILK_V3abc", Problem.SILK), (b"hello, no sound", Problem.NOT_AUDIO)],
)
def test_what_cannot_be_heard_is_a_code(engine: FasterWhisper, data: bytes, problem: Problem) -> None:
    unheard = hear_with(engine, data, (), LONGEST)
    assert isinstance(unheard, Unheard)
    assert unheard.problem is problem


def test_a_model_that_is_not_there_is_told_without_looking_outside(tmp_path: Path) -> None:
    with pytest.raises(SpeechProblem) as told:
        FasterWhisper(EngineSpec("whisper", str(tmp_path / "nothing")))
    assert told.value.code is Problem.NO_MODEL


def test_an_engine_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "whisper", None)
    with pytest.raises(SpeechProblem) as told:
        OpenAIWhisper(EngineSpec("openai-whisper", "base"))
    assert told.value.code is Problem.NO_ENGINE


async def test_off_keeps_the_sound_and_says_so() -> None:
    assert await Off().hear(b"", (), LONGEST) == Unheard(Problem.OFF)


async def test_the_worker_hears_stays_warm_and_comes_back_after_a_kill(model: Path) -> None:
    """kill -9 while it works: the memo is told as died, so that it is tried again, and the next one is heard."""
    speech = LocalSpeech(EngineSpec("whisper", str(model), threads=1), timedelta(minutes=1))
    data = (AUDIO / "memo.amr").read_bytes()
    try:
        first = await speech.hear(data, (), LONGEST)
        assert isinstance(first, Heard)
        warm = speech.pid
        assert warm is not None
        assert warm != os.getpid()
        assert await speech.hear(data, (), LONGEST) == first
        assert speech.pid == warm
        # Stopped first, so that the kill surely comes in the middle of the work.
        os.kill(warm, signal.SIGSTOP)
        working = asyncio.create_task(speech.hear(data, (), LONGEST))
        await asyncio.sleep(0)
        os.kill(warm, signal.SIGKILL)
        died = await working
        assert isinstance(died, Unheard)
        assert died.problem is Problem.DIED
        assert await speech.hear(data, (), LONGEST) == first
    finally:
        await speech.close()
    assert speech.pid is None


async def test_a_memo_that_takes_too_long_ends_the_worker_and_is_told(model: Path) -> None:
    speech = LocalSpeech(EngineSpec("whisper", str(model), threads=1), timedelta(seconds=0))
    try:
        assert await speech.hear((AUDIO / "memo.amr").read_bytes(), (), LONGEST) == Unheard(Problem.TOO_SLOW)
        assert speech.pid is None
    finally:
        await speech.close()
