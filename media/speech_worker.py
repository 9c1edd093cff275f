"""The inside of the speech process: one engine, one recording at a time, over its own stdin and stdout.

Each line in is JSON, followed by the bytes of the recording where there is one; each line out is JSON. The first line
in is the recipe, the first line out says whether the engine could be built. It ends when stdin does, and so with the
server, however that ended.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import IO, Any

from domain.speech import Heard, Problem, Unheard
from media.audio import SpeechProblem, decode, look
from media.speech import Engine, Recipe, build, understand

GENTLE = 10
"""Niceness: acknowledging callbacks goes first."""


def work(reached: Callable[[str], None]) -> int:
    """`reached` names the points at which a test may kill the process."""
    with contextlib.suppress(OSError):
        os.nice(GENTLE)
    source, out = sys.stdin.buffer, _own_stdout()
    reached("speech.started")
    try:
        engine = build(Recipe(**json.loads(source.readline())))
    except SpeechProblem as problem:
        _say(out, unheard_as_json(Unheard(problem.code, problem.detail)))
        return 1
    reached("speech.loaded")
    _say(out, {"ready": engine.name})
    while line := source.readline():
        job = json.loads(line)
        data = source.read(job["size"])
        if len(data) < job["size"]:
            break
        _hear(engine, data, job, out, reached)
    return 0


def _hear(engine: Engine, data: bytes, job: dict[str, Any], out: IO[bytes], reached: Callable[[str], None]) -> None:
    result: Heard | Unheard
    try:
        audio = (decode if engine.wants_samples else look)(data, timedelta(seconds=job["longest"]))
        reached("speech.decoded")
        _say(out, {"seconds": audio.seconds})
        result = understand(engine, audio, job["hints"])
    except SpeechProblem as problem:
        result = Unheard(problem.code, problem.detail)
    except Exception as error:
        result = Unheard(Problem.DIED, f"{type(error).__name__}: {error}"[:500])
    reached("speech.heard")
    _say(out, {"heard": asdict(result)} if isinstance(result, Heard) else unheard_as_json(result))


def unheard_as_json(unheard: Unheard) -> dict[str, Any]:
    return {"unheard": asdict(unheard)}


def _own_stdout() -> IO[bytes]:
    """Libraries print what they like; that goes to stderr."""
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return out


def _say(out: IO[bytes], message: dict[str, Any]) -> None:
    out.write(json.dumps(message).encode() + b"\n")
