"""The weights that have a say in what a memo shows: where they come from, and what they are worth (N2)."""

from __future__ import annotations

import json

from bench.learn import LEARNT_FROM, Memo, choose_signal, memos_of
from domain.facts import Signal
from nlp.signal_ranking import WEIGHTS, around, clauses

RECORDED = "2026-03-02T10:00:00+08:00"


def _memo(transcript: str, *signals: Signal) -> Memo:
    labels = {"signals": list(signals), "decision_maker": None}
    return Memo({"transcript": transcript, "recorded_at": RECORDED, "labels": labels}, "")


def test_only_clauses_with_a_word_of_the_signal_count() -> None:
    marked = _memo("今天去了厂里,这笔钱已经批了,下午回来").reading.marked
    ((start, end, shows),) = clauses(marked, Signal.BUDGET_CONFIRMED)
    assert marked[start:end].endswith("已经批了")
    assert {"BVE", "w批", "钱~批"} <= shows


def test_a_pronoun_stands_for_who_was_named_last() -> None:
    reading = _memo("见了王总,他说可以,后来李工来了,他嫌贵").reading
    shown = around(reading.text, reading.people, reading.people[0])
    assert "he说可" in shown
    assert "he嫌贵" not in shown


def test_the_weights_are_what_the_labelled_memos_give() -> None:
    """`python -m bench.learn --write` makes them anew after a change of the features or the memos."""
    kept = json.loads(WEIGHTS.read_text("utf-8"))
    memos = memos_of(*LEARNT_FROM)
    learnt = {signal.value: choose_signal(memo.signal(signal) for memo in memos) for signal in Signal}
    assert kept.keys() == learnt.keys() == set(Signal)
    for signal, weights in learnt.items():
        assert max(abs(kept[signal].get(name, 0.0) - weights.get(name, 0.0)) for name in weights) < 0.1
