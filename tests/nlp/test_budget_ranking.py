"""The weights that have a say in which amount is the budget: where they come from, and what they are worth (N2)."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

from bench.learn import LEARNT_FROM, choose_budget, left_out, memos_of
from nlp.budget import sums
from nlp.budget_ranking import WEIGHTS
from nlp.extract import as_labels, extract
from nlp.learnt import table
from nlp.reading import Reading

AT = datetime.fromisoformat("2026-11-24T18:00:00+08:00")


def test_the_weights_are_what_the_labelled_memos_give() -> None:
    """`python -m bench.learn --write` makes them anew after a change of the features or the memos."""
    learnt = choose_budget(memo.budget() for memo in memos_of(*LEARNT_FROM))
    assert np.abs(table(WEIGHTS) - learnt).max() < 10


def test_they_tell_the_budget_in_memos_by_a_hand_that_they_were_not_learnt_from(
    capsys: pytest.CaptureFixture[str],
) -> None:
    memos = memos_of(*LEARNT_FROM)
    each = left_out([memo.budget() for memo in memos], choose_budget, ["regions g"])
    right = sum(is_right for _, is_right in each) / len(each)
    with capsys.disabled():
        print(f"\nbudgets of a hand left out, by weights alone: {right:.3f}")  # noqa: T201
    assert right > 0.80


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("预算八万五,不,八万二是她说死的", (82_000, 82_000)),
        ("预算十九万,不对,她翻了下手机说十八万六", (186_000, 186_000)),
        ("预算原来六万,现在加到七万", (70_000, 70_000)),
        ("预算最多八万块,八万,我们算下来九万二", (None, 80_000)),
    ],
)
def test_the_last_figure_for_the_same_thing_stands(said: str, wanted: tuple[int | None, int]) -> None:
    budget = as_labels(extract(f"今天去了恒泰化工。{said}。下周三我把方案发过去。", AT))["budget"]
    assert budget == {"min": wanted[0], "max": wanted[1]}


def test_one_sum_said_twice_is_one() -> None:
    reading = Reading("预算最多八万块,八万,我们报九万二", AT)
    assert sums(reading.text, reading.amounts).places == [[0, 1], [2]]
