"""What memos say, against labels (N2). The scores are printed; a fall below the targets is a failure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from bench.memo_score import score
from nlp.extract import as_labels, extract, extract_all

DATA = Path(__file__).parents[1] / "data/memos"
TARGETS = {
    "decision_maker": 0.92, "budget": 0.95, "next_steps": 0.85, "owner": 0.95, "customer": 0.90, "competitors": 0.85,
    "signals": 0.85,
}  # fmt: skip
SAID_AT = datetime.fromisoformat("2026-11-24T18:00:00+08:00")


UNSEEN = {
    "decision_maker": 0.84, "budget": 0.92, "next_steps": 0.87, "owner": 0.95, "customer": 0.84, "competitors": 0.87,
    "signals": 0.89,
}  # fmt: skip
"""Below what was measured by the eight or nine memos of 280 that chance may cost."""


def test_memos_that_nothing_was_made_with(capsys: pytest.CaptureFixture[str]) -> None:
    """What unseen memos will be like; docs/measurements.md says what is asked."""
    unseen = [
        json.loads(line)
        for file in ("held_out", "exam")
        for line in (DATA / f"{file}.jsonl").read_text("utf-8").splitlines()
    ]
    figures = score(unseen)
    with capsys.disabled():
        print(f"\nmemos held_out and exam: {figures}")  # noqa: T201
    assert {field: figures[field] for field, least in UNSEEN.items() if figures[field] < least} == {}


@pytest.mark.parametrize("file", ["dev", "more", "others", "third"])
def test_memos_are_understood_as_well_as_asked(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`more` and `others` are of other hands, `third` was written before trying the rules on it; all have been used to mend
    them since. What they scored at first sight is in tests/data/memos/README.md."""
    figures = score(json.loads(line) for line in (DATA / f"{file}.jsonl").read_text("utf-8").splitlines())
    with capsys.disabled():
        print(f"\nmemos {file}: {figures}")  # noqa: T201
    below = {
        field: figures[field] for field, target in TARGETS.items() if figures[field] < target - (file != "dev") * 0.05
    }
    assert below == {}
    assert figures["budget_wrong"] <= 0.02 + (file != "dev") * 0.02


def test_a_memo_is_understood_alike_however_often_it_is_read_alone_and_among_others() -> None:
    lines = (DATA / "exam.jsonl").read_text("utf-8").splitlines()
    memos = [(memo["transcript"], datetime.fromisoformat(memo["recorded_at"])) for memo in map(json.loads, lines)]
    memos[3:3] = [("", SAID_AT), ("。。。", SAID_AT), ("\u0000\ud800", SAID_AT), ("嗯", SAID_AT)]
    alone = [extract(*memo) for memo in memos]
    assert [extract(*memo) for memo in memos] == alone
    assert extract_all(memos) == alone
    assert extract_all(memos[::-1]) == alone[::-1]
    assert extract_all([]) == []


def test_a_memo_is_understood_alike_in_every_process() -> None:
    """Sets of words have another order in each; where two are equally heavy that must not choose."""
    memos = (DATA / "more_hands.jsonl").read_text("utf-8").splitlines()[200:]
    command = [sys.executable, "-m", "bot", "extract", "--jsonl"]
    said = [
        subprocess.run(
            command, input="\n".join(memos), env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    ]  # fmt: skip
    assert said[0]
    assert said[1:] == said[:1] * 2


def test_every_value_carries_words_that_stand_in_the_transcript() -> None:
    transcript = "嗯那个,刚从恒达机械出来,王總说了算,预算呃五十万,下周三我把样品寄过去"
    facts = extract(transcript, SAID_AT)
    assert facts.decision_maker is not None
    assert facts.budget is not None
    for said in (facts.decision_maker, facts.budget, *facts.next_steps, *facts.signals):
        assert transcript[said.words.start : said.words.end] == said.words.text
    assert facts.decision_maker.words.text == "王總"


@pytest.mark.parametrize(
    "nothing",
    ["", "。。。", "嗯", "今天天气不错", "好的收到", "a" * 5000, "\u0000\ud800", "就要" * 1000, "采购技术设备" * 400],
)
def test_what_was_not_said_stays_empty(nothing: str) -> None:
    labels = as_labels(extract(nothing, SAID_AT))
    assert labels["customer"] is None
    assert labels["decision_maker"] is None
    assert labels["budget"] is None
    assert labels["next_steps"] == []


def test_traditional_characters_fillers_and_corrections_read_as_a_colleague_would() -> None:
    labels = as_labels(extract("預算嘛先说三十万,呃不对,四十万,他們老闆拍板,没见着", SAID_AT))
    assert labels["budget"] == {"min": 400000, "max": 400000}
    assert labels["decision_maker"] in ("老闆", "老板")
    assert "decision_maker_met" not in labels["signals"]
