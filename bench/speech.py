"""Speech (N1): what a second of sound costs to decode, how fast both Whisper engines are on a model of the `base` size that
knows nothing, and what hearing memos does to the callbacks of `serve`.

The model is made in the run: random weights, and a script that says WORDS tokens for each window of 30 seconds, so that
both engines do the same work. It shows speed and memory; accuracy needs real weights.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from bench import callbacks, http_load
from bench.serving import Serving, engines, serving
from media.audio import decode
from media.speech import Recipe, build, prompt_of, understand
from media.store import FolderStore
from scheduler.clock import SystemClock
from storage.database import Database
from storage.transcriptions import depth
from storage.unit_of_work import begin_work
from tests.kit import scripted_whisper
from tests.kit.scripted_whisper import BASE, EXTRAS, MODULES

SOUND = Path(__file__).parents[1] / "tests/data/audio"
CODECS = {"amr-nb": "memo.amr", "amr-nb dtx": "dtx.amr", "amr-wb": "memo.awb", "speex": "memo.speex"}
LENGTHS = {"12_s": "memo.amr", "60_s": "sixty_seconds.amr"}
ROUNDS = 3
LETTERS = range(65, 90)
"""Tokens: in both vocabularies a sign of one byte, and none that an engine suppresses."""
WORDS = 60
"""About what somebody says in twelve seconds."""
THREADS = 1
PER_SECOND = 100
"""Callbacks; a company of two thousand makes a few."""
REQUESTS = 1000
LOADS = 3
CONNECTIONS = 32
MEMOS = 20
"""Of sixty seconds: more than can be heard while callbacks are measured."""
STARTS_WITHIN = 60.0


def run() -> dict[str, Any]:
    report: dict[str, Any] = {"decoding": decoding(), "engines": {engine: _engine(engine) for engine in MODULES}}
    installed = [engine for engine in MODULES if _is_installed(engine)]
    report["callbacks"] = _callbacks(installed[0]) if installed else _missing("whisper")
    return report


def decoding() -> dict[str, Any]:
    """Milliseconds for each second of sound."""
    costs = {}
    for codec, name in CODECS.items():
        data = (SOUND / name).read_bytes()
        took = []
        for _ in range(3 * ROUNDS):
            started = time.perf_counter()
            audio = decode(data)
            took.append(time.perf_counter() - started)
        costs[codec] = round(1000 * min(took) / audio.seconds, 2)
    return {"ms_per_second": costs}


# Engines, each in a process of its own


def _is_installed(engine: str) -> bool:
    return importlib.util.find_spec(MODULES[engine]) is not None


def _missing(engine: str) -> str:
    return f"not measured: {engine} is not installed (pip install 'dealbell[{EXTRAS[engine]}]')"


def _engine(engine: str) -> dict[str, Any] | str:
    if not _is_installed(engine):
        return _missing(engine)
    done = subprocess.run([sys.executable, "-m", "bench.speech", engine], capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _model(engine: str, folder: Path) -> str:
    tokens = [LETTERS[7 * number % len(LETTERS)] for number in range(WORDS)]
    prompt = prompt_of(())
    if engine == "openai-whisper":
        return str(scripted_whisper.openai_whisper(folder / "base.pt", tokens, prompt, BASE))
    return str(scripted_whisper.faster_whisper(folder / "base", tokens, prompt, BASE))


def _measure(engine: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        # Made elsewhere, so that it is not in this process's memory.
        command = [sys.executable, "-m", "bench.speech", "make", engine, folder]
        model = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1]
        started = time.perf_counter()
        loaded = build(Recipe(engine, model, threads=THREADS))
        report: dict[str, Any] = {"threads": THREADS, "start_s": round(time.perf_counter() - started, 1)}
        for length, name in LENGTHS.items():
            audio = decode((SOUND / name).read_bytes())
            took, computed = [], []
            for _ in range(ROUNDS):
                started, cpu = time.perf_counter(), time.process_time()
                heard = understand(loaded, audio, ())
                took.append(time.perf_counter() - started)
                computed.append(time.process_time() - cpu)
            # A comma stands between two windows, and every other sign is a token.
            said = getattr(heard, "text", "").replace("，", "")
            report[length] = {
                # The best of the rounds: what the machine did beside it is not ours.
                "real_time_factor": round(min(took) / audio.seconds, 3),
                "cpu_factor": round(min(computed) / audio.seconds, 3),
                "tokens": len(said),
            }
    report["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return report


# Callbacks


def _callbacks(speech: str) -> dict[str, Any]:
    report: dict[str, Any] = {"per_second": PER_SECOND, "engine": speech}
    with tempfile.TemporaryDirectory() as folder:
        section = f'[speech]\nengine = "{speech}"\nmodel = "{_model(speech, Path(folder))}"\nthreads = {THREADS}\n'
        for engine in engines():
            with serving(engine, "http://127.0.0.1:9", more=section) as server:
                report[engine] = asyncio.run(_idle_and_busy(server))
    return report


async def _idle_and_busy(server: Serving) -> dict[str, Any]:
    idle = await _load(server, 0)
    database = Database(server.database_url)
    await _queue_memos(database, server.folder / "media")
    await _until_busy(server)
    busy = await _load(server, LOADS)
    waiting = sum((await depth(database)).values())
    await database.close()
    return {"idle": idle, "busy": busy, "memos_left": waiting, "memos_heard": MEMOS - waiting}


async def _load(server: Serving, first: int) -> dict[str, float]:
    """The best of the rounds."""
    loads = []
    for number in range(LOADS):
        requests = callbacks.requests(server.port, (first + number) * REQUESTS, REQUESTS)
        load = await http_load.send_all(server.port, requests, CONNECTIONS, PER_SECOND)
        loads.append(load.figures())
    return min(loads, key=lambda figures: figures["p99_ms"])


async def _queue_memos(database: Database, folder: Path) -> None:
    """As if they had been fetched a moment ago."""
    sha256 = await FolderStore(folder).keep((SOUND / "sixty_seconds.amr").read_bytes())
    async with begin_work(database, SystemClock().now(), actor="bench") as work:
        for number in range(MEMOS):
            await work.media.want(f"bench:{number}", "rep0", "voice", {"media_id": str(number)}, "")
            await work.transcriptions.want(f"bench:{number}", "rep0")
        for wanted in await work.media.due(MEMOS):
            await work.media.fetched(wanted.media_pk, sha256, 1, "audio/amr", "")


async def _until_busy(server: Serving) -> None:
    """The speech process has loaded its model and computes."""
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        children = psutil.Process(server.process.pid).children()
        if any(sum(child.cpu_times()[:2]) > 3 for child in children):
            return
        await asyncio.sleep(0.2)
    raise RuntimeError("the speech process does not hear anything")


if __name__ == "__main__":
    if sys.argv[1] == "make":
        print(_model(sys.argv[2], Path(sys.argv[3])))
    else:
        print(json.dumps(_measure(sys.argv[1])))
