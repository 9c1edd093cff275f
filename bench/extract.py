"""Understanding memos: scores on the labelled files, by style and over folds; memos a second, start, memory (N2).

The rules are written by hand, so nothing is fitted and folds only show how the figures scatter. What a file of another
hand scored before anything was mended with it stands in tests/data/memos/README.md.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "tests/data/memos"
FOLDS = 5
ROUNDS = 3


def run() -> dict[str, Any]:
    from bench.memo_score import score

    result: dict[str, Any] = {}
    for name, memos in _files().items():
        styles = sorted({memo["style"] for memo in memos})
        folds = [score(memos[fold::FOLDS]) for fold in range(FOLDS)]
        result[name] = {
            "all": score(memos),
            "styles": {style: score(memo for memo in memos if memo["style"] == style) for style in styles},
            "worst_fold": {field: min(fold.get(field, 1.0) for fold in folds) for field in folds[0]},
        }
    done = subprocess.run([sys.executable, "-m", "bench.extract"], capture_output=True, text=True, check=True)
    return result | {"speed": json.loads(done.stdout), "target": ">= 1000 memos/s, start <= 1 s, <= 120 MB"}


def _files() -> dict[str, list[dict[str, Any]]]:
    return {file.stem: _read(file) for file in sorted(DATA.glob("*.jsonl"))}


def _read(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def _speed() -> dict[str, Any]:
    """By the time of one core that was used, so that others at work on the machine count less. One memo at a time as the
    server hears them, and many as `dealbell extract --jsonl` takes them."""
    started = time.perf_counter()
    from bench.memo_score import understood
    from bot.commands.jsonl import AT_ONCE

    memos = [*_read(DATA / "held_out.jsonl"), *_read(DATA / "exam.jsonl")]
    understood(memos[:1])
    ready = time.perf_counter()
    some = [memos[at : at + AT_ONCE] for at in range(0, len(memos), AT_ONCE)]
    first = _seconds(lambda: list(map(understood, some)))
    again = min(_seconds(lambda: list(map(understood, some))) for _ in range(ROUNDS))
    alone = min(_seconds(lambda: [understood([memo]) for memo in memos]) for _ in range(ROUNDS))
    return {
        "start_seconds": round(ready - started, 2),
        "memos_per_second": round(len(memos) / again),
        "for_the_first_time": round(len(memos) / first),
        "one_at_a_time": round(len(memos) / alone),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _seconds(do: Callable[[], Any]) -> float:
    used = time.process_time()
    do()
    return time.process_time() - used


if __name__ == "__main__":
    print(json.dumps(_speed()))
