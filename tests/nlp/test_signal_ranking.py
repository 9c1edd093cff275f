"""The weights that have a say in what a memo shows: where they come from, and what they are worth (N2)."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from bench.learn import LEARNT_FROM, choose_signal, memos_of, parts_of, showing
from domain.facts import Signal
from nlp.extract import extract
from nlp.grams import Grams
from nlp.joined import Joined
from nlp.learnt import table
from nlp.reading import Reading
from nlp.signal_ranking import MEETING_WEIGHTS, WEIGHED, WEIGHTS, heaviest

AT = datetime.fromisoformat("2026-03-02T10:00:00+08:00")


def test_the_clause_that_says_it_most_is_the_evidence() -> None:
    reading = Reading("今天去了厂里,这笔钱集团已经批下来了,下午回来", AT)
    grams = Grams(Joined([Reading("批了批了,昨天没去。", AT), reading]))
    start, end = heaviest(grams, 1, WEIGHED.index(Signal.BUDGET_CONFIRMED))
    assert reading.text[start:end].endswith("已经批下来了")


def test_nothing_said_shows_nothing() -> None:
    assert extract("", AT).signals == ()
    assert extract("。", AT).signals == ()


def test_the_weights_are_what_the_labelled_memos_give() -> None:
    """`python -m bench.learn --write` makes them anew after a change of the features or the memos."""
    memos = memos_of(*LEARNT_FROM)
    parts = parts_of(memos)
    each = [choose_signal(showing(signal, memos, parts)) for signal in WEIGHED]
    assert np.abs(table(WEIGHTS) - np.stack(each, axis=1)).max() < 10
    assert np.abs(table(MEETING_WEIGHTS) - choose_signal(memo.meeting() for memo in memos)).max() < 10
