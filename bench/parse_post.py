"""Lead posts read in a minute on one core (L1)."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from nlp.lead_post import parse_post

LABELLED = Path(__file__).parents[1] / "tests" / "data" / "leads" / "dev.jsonl"
ROUNDS = 40


def run() -> dict[str, Any]:
    texts = [json.loads(line)["text"] for line in LABELLED.read_text("utf-8").splitlines() if line]
    started = time.perf_counter()
    for _ in range(ROUNDS):
        for text in texts:
            parse_post(text)
    seconds = time.perf_counter() - started
    return {"posts_per_minute": round(60 * ROUNDS * len(texts) / seconds), "target": ">= 20000"}
