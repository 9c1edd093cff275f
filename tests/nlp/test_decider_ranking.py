"""The weights that have a say in who decides: where they come from, and what they are worth (N2)."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from bench.learn import LEARNT_FROM, choose_decider, left_out, memos_of
from nlp.decider_ranking import WEIGHTS, heaviest
from nlp.grams import Grams
from nlp.joined import Joined
from nlp.learnt import table
from nlp.reading import Reading


def test_the_weights_are_what_the_labelled_memos_give() -> None:
    """`python -m bench.learn --write` makes them anew after a change of the features or the memos."""
    learnt = choose_decider(memo.decider() for memo in memos_of(*LEARNT_FROM))
    assert np.abs(table(WEIGHTS) - learnt).max() < 10


def test_they_tell_who_decides_in_memos_by_a_hand_that_they_were_not_learnt_from(
    capsys: pytest.CaptureFixture[str],
) -> None:
    memos = memos_of(*LEARNT_FROM)
    each = left_out([memo.decider() for memo in memos], choose_decider, ["regions g"])
    right = sum(is_right for _, is_right in each) / len(each)
    with capsys.disabled():
        print(f"\ndeciders of a hand left out: {right:.3f}")  # noqa: T201
    assert right > 0.78


@pytest.mark.parametrize(
    ("transcript", "decides"),
    [
        ("见了采购小徐,这种钱归根到底老板娘周姐一支笔", "周姐"),
        ("今天跟设备科田科长聊了,预算三十万。他说用谁家的,厂长一锤子定音。", "厂长"),
        ("见到采购小徐,他只管收资料,选哪家要园务会投票。", "园务会"),
    ],
)
def test_a_phrase_that_no_rule_knows_counts_by_its_kind(transcript: str, decides: str) -> None:
    grams = Grams(Joined([Reading(transcript, datetime(2026, 3, 2, tzinfo=UTC))]))
    (found,) = heaviest(grams, [None])
    assert found is not None
    assert found.short == decides
