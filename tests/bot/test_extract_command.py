"""dealbell extract: one answer a line, in order; a line that cannot be read stops none of the others (N2)."""

from __future__ import annotations

import json
import subprocess
import sys

GOOD = {"id": "a", "recorded_at": "2026-11-24T10:00:00+08:00", "transcript": "王总说了算,预算五十万,下周三报价"}


def extract(*lines: object, more: tuple[str, ...] = ()) -> tuple[int, list[dict[str, object]], list[str]]:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "extract", "--jsonl", *more],
        input="".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines),
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr.splitlines()


def test_lines_come_back_in_order_and_bad_ones_are_told_by_their_number() -> None:
    code, answered, told = extract(
        GOOD, "", "not json", {"id": "b"}, GOOD | {"transcript": 7}, GOOD | {"recorded_at": "2026-11-24T10:00:00"},
        GOOD | {"id": "c", "transcript": "\ud800"},
    )  # fmt: skip
    assert code == 1
    assert [line["id"] for line in answered] == ["a", "c"]
    assert [line.partition("：")[0] for line in told] == [f"第 {n} 行读不懂" for n in (3, 4, 5, 6)]


def test_mentions_are_written_where_they_are_asked_for() -> None:
    code, (plain,), _ = extract(GOOD)
    assert code == 0
    assert "mentions" not in plain
    _, (full,), _ = extract(GOOD, more=("--mentions",))
    assert full["mentions"] == {
        "amounts": [{"text": "五十万", "min": 500000, "max": 500000}],
        "dates": [{"text": "下周三", "due": "2026-12-02"}],
    }
