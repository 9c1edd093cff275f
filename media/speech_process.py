"""The outside of the speech process: started with the first recording, warm afterwards, started again when it dies."""

from __future__ import annotations

import asyncio
import json
import os
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from domain.speech import Heard, Problem, Unheard
from media.speech import Recipe

START_WITHIN = 1800.0
"""Seconds: the first start may have to download a model."""
DECODE_WITHIN = 60.0
STOP_WITHIN = 3.0
LONGEST_LINE = 16 << 20
ROOT = Path(__file__).parents[1]


class Died(Exception):
    """The process ended before it answered."""


class SpeechProcess:
    """`command` runs `media.speech_worker.work`."""

    def __init__(self, command: Sequence[str], recipe: Recipe, *, environment: Mapping[str, str] | None = None) -> None:
        self._command = command
        self._recipe = recipe
        self._environment = environment or {}
        self._process: Process | None = None
        self._turn = asyncio.Lock()
        self.trouble: Problem | None = None
        """Of the engine itself, as the last recording met it."""

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def hear(self, data: bytes, hints: Sequence[str], longest: timedelta) -> Heard | Unheard:
        async with self._turn:
            try:
                result = await self._hear(data, hints, longest)
            except (Died, ConnectionError):
                await self._kill()
                result = Unheard(Problem.DIED, "the speech process ended")
            except TimeoutError:
                await self._kill()
                result = Unheard(Problem.TOO_SLOW)
            except BaseException:
                # Cancelled in the middle of a recording: what it would still say belongs to no question.
                await self._kill()
                raise
            self.trouble = result.problem if isinstance(result, Unheard) and result.problem.may_pass else None
            return result

    async def close(self) -> None:
        async with self._turn:
            process, self._process = self._process, None
            if process is None:
                return
            assert process.stdin is not None
            process.stdin.close()
            try:
                await asyncio.wait_for(process.wait(), STOP_WITHIN)
            except TimeoutError:
                process.kill()
                await process.wait()

    async def _hear(self, data: bytes, hints: Sequence[str], longest: timedelta) -> Heard | Unheard:
        process = self._process
        if process is None or process.returncode is not None:
            process = self._process = await self._start()
            started = await self._answer(process, START_WITHIN)
            if "unheard" in started:
                await self._kill()
                return _unheard(started)
        assert process.stdin is not None
        job = {"size": len(data), "hints": list(hints), "longest": longest.total_seconds()}
        process.stdin.write(json.dumps(job).encode() + b"\n" + data)
        await process.stdin.drain()
        answer = await self._answer(process, DECODE_WITHIN)
        if "seconds" in answer:
            answer = await self._answer(process, self._recipe.patience(answer["seconds"]))
        return Heard(**answer["heard"]) if "heard" in answer else _unheard(answer)

    async def _start(self) -> Process:
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=PIPE,
            stdout=PIPE,
            limit=LONGEST_LINE,
            env={**os.environ, "PYTHONPATH": path, **self._environment},
            # Ctrl+C is the server's, which then stops this one in order.
            start_new_session=True,
        )
        assert process.stdin is not None
        # Not on the command line, where everybody could read the key.
        process.stdin.write(json.dumps(asdict(self._recipe)).encode() + b"\n")
        return process

    async def _answer(self, process: Process, within: float) -> dict[str, Any]:
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), within)
        if not line.endswith(b"\n"):
            raise Died
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        await asyncio.shield(process.wait())


def _unheard(answer: dict[str, Any]) -> Unheard:
    told = answer["unheard"]
    return Unheard(Problem(told["problem"]), told["detail"], told["seconds"])
