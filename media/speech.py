"""Whisper in a process of its own (N1): callbacks are acknowledged as fast with speech running as without.

`engines` live in the worker process; `LocalSpeech` is what the house holds. Both engines get samples, not files, since
their own decoders stop at the pauses of AMR (media/audio.py).
"""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

from domain.speech import Heard, Problem, Unheard
from media.audio import Audio, AudioProblem, SpeechProblem, decode

PROMPT = "以下是普通话的句子，是销售拜访客户以后的语音记录。"
"""In simplified characters, with punctuation: Whisper goes on as it was begun."""
MOST_HINTS = 40
"""Names that are given along; Whisper reads 224 tokens of prompt at most."""


class Speech(Protocol):
    """Sound in, words or a reason out; never raises for the sound's or the engine's sake."""

    async def hear(self, data: bytes, hints: Sequence[str], longest: timedelta) -> Heard | Unheard: ...

    async def close(self) -> None: ...


class Off:
    async def hear(self, data: bytes, hints: Sequence[str], longest: timedelta) -> Heard | Unheard:
        return Unheard(Problem.OFF)

    async def close(self) -> None:
        return


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """What the worker process needs; pickled on the way."""

    engine: str
    """whisper (faster-whisper) or openai-whisper"""
    model: str
    """A name, or a local path."""
    folder: str = ""
    """Where downloaded models are kept; empty = the library's own place."""
    address: str = ""
    """Of a mirror of the model hub; empty = the usual one."""
    threads: int = 0


class Engine(Protocol):
    name: str

    def transcribe(self, audio: Audio, hints: Sequence[str]) -> str: ...


class FasterWhisper:
    def __init__(self, spec: EngineSpec) -> None:
        try:
            from faster_whisper import WhisperModel
        except ImportError as missing:
            raise SpeechProblem(Problem.NO_ENGINE, str(missing)) from None
        self.name = f"faster-whisper {Path(spec.model).name}"
        try:
            self._model = WhisperModel(
                spec.model,
                device="cpu",
                compute_type="int8",
                cpu_threads=spec.threads,
                download_root=spec.folder or None,
            )
        except Exception as error:
            raise SpeechProblem(Problem.NO_MODEL, repr(error)) from None

    def transcribe(self, audio: Audio, hints: Sequence[str]) -> str:
        """`hotwords` are the hints; pauses are cut out first, so that silence does not become words."""
        segments, _ = self._model.transcribe(
            audio.samples(),
            language="zh",
            initial_prompt=PROMPT,
            hotwords=" ".join(hints) or None,
            condition_on_previous_text=False,
        )
        return "".join(segment.text for segment in segments)


class OpenAIWhisper:
    def __init__(self, spec: EngineSpec) -> None:
        try:
            import whisper
        except ImportError as missing:
            raise SpeechProblem(Problem.NO_ENGINE, str(missing)) from None
        self.name = f"openai-whisper {Path(spec.model).name}"
        try:
            self._model = whisper.load_model(spec.model, device="cpu", download_root=spec.folder or None)
        except Exception as error:
            raise SpeechProblem(Problem.NO_MODEL, repr(error)) from None

    def transcribe(self, audio: Audio, hints: Sequence[str]) -> str:
        prompt = PROMPT + ("提到的名称：" + "、".join(hints) + "。" if hints else "")
        heard: dict[str, Any] = self._model.transcribe(
            audio.samples(), language="zh", initial_prompt=prompt, condition_on_previous_text=False, fp16=False
        )
        return str(heard["text"])


ENGINES: dict[str, Callable[[EngineSpec], Engine]] = {"whisper": FasterWhisper, "openai-whisper": OpenAIWhisper}


def hear_with(engine: Engine, data: bytes, hints: Sequence[str], longest: timedelta) -> Heard | Unheard:
    """One memo from bytes to words."""
    seconds = 0.0
    try:
        audio = decode(data, longest)
        seconds = audio.seconds
        text = simplified(engine.transcribe(audio, tuple(hints)[:MOST_HINTS]))
    except SpeechProblem as problem:
        return Unheard(problem.code, problem.detail, seconds)
    return Heard(text, seconds, engine.name) if text else Unheard(Problem.NO_WORDS, "", seconds)


def simplified(text: str) -> str:
    from opencc import OpenCC

    return str(OpenCC("t2s").convert(text)).strip()


# The process


@dataclass(frozen=True, slots=True)
class _Asked:
    data: bytes
    hints: tuple[str, ...]
    longest: timedelta


def _work(spec: EngineSpec, line: Connection) -> None:
    """Runs in the worker: loads the model with the first memo and keeps it. Ends when the house has gone."""
    import os
    import signal

    # Ctrl+C reaches the whole group; the house stops its worker itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if spec.address:
        os.environ["HF_ENDPOINT"] = spec.address
    engine: Engine | None = None
    while True:
        try:
            asked: _Asked = line.recv()
        except EOFError:
            return
        try:
            if engine is None:
                engine = ENGINES[spec.engine](spec)
            answer = hear_with(engine, asked.data, asked.hints, asked.longest)
        except SpeechProblem as problem:
            answer = Unheard(problem.code, problem.detail)
        except Exception as error:
            answer = Unheard(Problem.DIED, repr(error))
        try:
            line.send(answer)
        except BrokenPipeError:
            return


class LocalSpeech:
    """One worker process, started with the first memo, warm afterwards, started anew when it has died."""

    def __init__(self, spec: EngineSpec, timeout: timedelta) -> None:
        """`timeout` for one memo, the loading of the model included."""
        self._spec = spec
        self._timeout = timeout
        self._one_at_a_time = asyncio.Lock()
        self._process: Any = None
        self._line: Connection | None = None

    @property
    def pid(self) -> int | None:
        """Of the worker, while it runs."""
        return self._process.pid if self._process is not None and self._process.is_alive() else None

    async def hear(self, data: bytes, hints: Sequence[str], longest: timedelta) -> Heard | Unheard:
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._ask, _Asked(data, tuple(hints), longest))

    def _ask(self, asked: _Asked) -> Heard | Unheard:
        line = self._started()
        try:
            line.send(asked)
            if not line.poll(self._timeout.total_seconds()):
                self._stop()
                return Unheard(Problem.TOO_SLOW)
            answer: Heard | Unheard = line.recv()
        except (EOFError, OSError) as error:
            self._stop()
            return Unheard(Problem.DIED, repr(error))
        return answer

    def _started(self) -> Connection:
        if self._line is not None and self._process.is_alive():
            return self._line
        self._stop()
        # Spawned, not forked: threads of the house (the database's) must not be copied half way.
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(self._spec, theirs), name="dealbell-speech", daemon=True)
        self._process.start()
        theirs.close()
        self._line = ours
        return ours

    def _stop(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
            self._process = None

    async def close(self) -> None:
        async with self._one_at_a_time:
            await asyncio.to_thread(self._stop)


__all__ = ["Audio", "AudioProblem", "EngineSpec", "LocalSpeech", "Off", "Speech", "hear_with"]
