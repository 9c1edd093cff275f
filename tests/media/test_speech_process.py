"""The speech process: a real one, with a real engine, killed, stopped, misused."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from bot.points import SPEECH_POINTS
from domain.speech import Heard, Problem, Unheard
from media import speech_process
from media.speech import Recipe, prompt_of
from media.speech_process import SpeechProcess
from tests.kit import scripted_whisper

AUDIO = Path(__file__).parents[1] / "data" / "audio"
MEMO = (AUDIO / "memo.amr").read_bytes()
SHORT = (AUDIO / "short.wav").read_bytes()
SAID = "王总要三百套，下周三报价"
HINTS = ["恒达机械"]
LONGEST = timedelta(seconds=61)
COMMAND = (sys.executable, "-m", "bot.speech_worker")
OFFLINE = {"HF_HUB_OFFLINE": "1"}


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Recipe:
    folder = tmp_path_factory.mktemp("model") / "scripted"
    return Recipe("whisper", str(scripted_whisper.faster_whisper(folder, SAID, prompt_of(HINTS))), threads=1)


@pytest.fixture
async def process(recipe: Recipe) -> AsyncIterator[SpeechProcess]:
    made = SpeechProcess(COMMAND, recipe, environment=OFFLINE)
    yield made
    await made.close()


def text_of(result: Heard | Unheard) -> str:
    assert isinstance(result, Heard), result
    return result.text


async def test_it_starts_with_the_first_recording_and_stays_warm(process: SpeechProcess) -> None:
    assert process.pid is None
    assert text_of(await process.hear(MEMO, HINTS, LONGEST)) == SAID
    first = process.pid
    assert text_of(await process.hear(SHORT, HINTS, LONGEST)) == SAID
    assert process.pid == first
    assert first is not None
    assert psutil.Process(first).nice() == psutil.Process().nice() + 10


async def test_two_at_once_wait_for_each_other(process: SpeechProcess) -> None:
    results = await asyncio.gather(*(process.hear(SHORT, HINTS, LONGEST) for _ in range(3)))
    assert [text_of(result) for result in results] == [SAID] * 3


@pytest.mark.parametrize(
    ("data", "problem"), [(b"", Problem.EMPTY), (b"#!SILK_V3", Problem.SILK), (b"%PDF-1.7", Problem.NOT_AUDIO)]
)
async def test_a_bad_recording_harms_neither_the_process_nor_the_next_one(
    process: SpeechProcess, data: bytes, problem: Problem
) -> None:
    result = await process.hear(data, HINTS, LONGEST)
    assert isinstance(result, Unheard)
    assert (result.problem, process.trouble) == (problem, None)
    assert text_of(await process.hear(SHORT, HINTS, LONGEST)) == SAID


async def test_the_limit_goes_along_with_the_recording(process: SpeechProcess) -> None:
    result = await process.hear(MEMO, HINTS, timedelta(seconds=5))
    assert isinstance(result, Unheard)
    assert result.problem is Problem.TOO_LONG


@pytest.mark.kill
@pytest.mark.parametrize("point", SPEECH_POINTS)
async def test_a_kill_at_any_point_is_one_failure_and_the_next_try_succeeds(
    recipe: Recipe, point: str, tmp_path: Path
) -> None:
    command = (sys.executable, "-m", "tests.kit.speech_killed_once", str(tmp_path / "killed"), point)
    process = SpeechProcess(command, recipe, environment=OFFLINE)
    try:
        first = await process.hear(SHORT, HINTS, LONGEST)
        assert isinstance(first, Unheard)
        assert (first.problem, process.trouble) == (Problem.DIED, Problem.DIED)
        assert text_of(await process.hear(SHORT, HINTS, LONGEST)) == SAID
        assert process.trouble is None
    finally:
        await process.close()


@pytest.mark.kill
async def test_a_process_that_was_killed_while_idle_is_started_again(process: SpeechProcess) -> None:
    await process.hear(SHORT, HINTS, LONGEST)
    first = process.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await asyncio.to_thread(psutil.wait_procs, [psutil.Process(first)] if psutil.pid_exists(first) else [], 10)
    second = await process.hear(SHORT, HINTS, LONGEST)
    if isinstance(second, Unheard):
        # The kill was noticed only when the recording was handed over.
        assert second.problem is Problem.DIED
        second = await process.hear(SHORT, HINTS, LONGEST)
    assert text_of(second) == SAID
    assert process.pid != first


async def test_a_missing_model_is_told_and_leaves_no_process(tmp_path: Path) -> None:
    process = SpeechProcess(COMMAND, Recipe("whisper", str(tmp_path / "none")), environment=OFFLINE)
    result = await process.hear(SHORT, HINTS, LONGEST)
    assert isinstance(result, Unheard)
    assert (result.problem, process.trouble, process.pid) == (Problem.NO_MODEL, Problem.NO_MODEL, None)


async def test_one_that_is_too_slow_is_killed(process: SpeechProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech_process, "START_WITHIN", 0.01)
    result = await process.hear(SHORT, HINTS, LONGEST)
    assert isinstance(result, Unheard)
    assert (result.problem, process.pid) == (Problem.TOO_SLOW, None)


async def test_a_cancelled_recording_leaves_no_answer_behind_for_the_next_one(process: SpeechProcess) -> None:
    await process.hear(SHORT, HINTS, LONGEST)
    hearing = asyncio.create_task(process.hear(MEMO, [], LONGEST))
    await asyncio.sleep(0)
    hearing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hearing
    result = await process.hear(SHORT, HINTS, LONGEST)
    assert isinstance(result, Heard)
    assert (result.text, result.seconds) == (SAID, pytest.approx(2.5, abs=0.05))


@pytest.mark.kill
async def test_it_ends_with_its_server_however_that_ended(recipe: Recipe, tmp_path: Path) -> None:
    """A server that was killed cannot stop it; the end of its input does."""
    script = tmp_path / "server.py"
    script.write_text(
        f"""
import asyncio, os, signal, datetime
from media.speech import Recipe
from media.speech_process import SpeechProcess

async def main():
    process = SpeechProcess({COMMAND!r}, Recipe("whisper", {recipe.model!r}, threads=1))
    await process.hear(open({str(AUDIO / "short.wav")!r}, "rb").read(), [], datetime.timedelta(seconds=61))
    print(process.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
""",
        "utf-8",
    )
    environment = os.environ | OFFLINE | {"PYTHONPATH": str(Path(__file__).parents[2])}
    server = await asyncio.create_subprocess_exec(
        sys.executable, str(script), stdout=asyncio.subprocess.PIPE, env=environment
    )
    said, _ = await server.communicate()
    assert server.returncode == -signal.SIGKILL
    left = [psutil.Process(int(said))] if psutil.pid_exists(int(said)) else []
    _, alive = await asyncio.to_thread(psutil.wait_procs, left, 20)
    assert alive == []
