"""The weights that have a say in who decides: where they come from, and what they are worth (N2)."""

from __future__ import annotations

import json

import pytest

from bench.learn import LEARNT_FROM, choose_one, cross_validated, memos_of
from nlp.decider_ranking import WEIGHTS, heaviest, shape
from nlp.persons import persons


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("这事得他点头", "xHPD"),
        ("最后还是说了算", "FFD"),
        ("定金", "x"),
        ("没见着", "NMx"),
    ],
)
def test_words_stand_for_their_class(text: str, classes: str) -> None:
    assert shape(text) == classes


def test_the_weights_are_what_the_labelled_memos_give() -> None:
    """`python -m bench.learn --write` makes them anew after a change of the features or the memos."""
    kept = json.loads(WEIGHTS.read_text("utf-8"))
    learnt = choose_one([memo.deciders() for memo in memos_of(*LEARNT_FROM)])
    assert max(abs(kept.get(name, 0.0) - learnt.get(name, 0.0)) for name in {*kept, *learnt}) < 0.1


def test_they_tell_who_decides_in_memos_that_they_were_not_learnt_from(capsys: pytest.CaptureFixture[str]) -> None:
    right = cross_validated([memo.deciders() for memo in memos_of(*LEARNT_FROM)], choose_one)
    with capsys.disabled():
        print(f"\ndeciders by weights alone, cross-validated: {right:.3f}")  # noqa: T201
    assert right > 0.70


def test_a_phrase_that_no_rule_knows_counts_by_its_kind() -> None:
    text = "见了采购小徐,这种钱归根到底老板娘周姐一支笔"
    people = persons(text)
    found = heaviest(text, people, None)
    assert found is not None
    assert found.short == "周姐"
