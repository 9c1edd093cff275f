"""Weights that `python -m bench.learn` and `python -m bench.learn_names` have made from the labelled memos (docs/adr/0013), and what they add up to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import repeat
from math import fsum
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "weights"


@cache
def weights(path: Path) -> dict[str, Any]:
    """Read with the first memo."""
    return load(path)


def load(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def weight(shown: Iterable[str], weights: Mapping[str, float]) -> float:
    """Exact, so that the order of a set makes no difference where two are equally heavy."""
    return fsum(map(weights.get, shown, repeat(0.0)))


def write(path: Path, weights: Mapping[str, object]) -> None:
    """One to a line."""
    lines = ",\n".join(
        f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(value)}" for name, value in weights.items()
    )
    path.write_text(f"{{\n{lines}\n}}\n", "utf-8")
