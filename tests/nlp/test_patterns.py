"""What a pattern can begin with, and that passing over the rest finds the same."""

from __future__ import annotations

import re

import pytest

from nlp.patterns import beginning, sought

TEXT = "他说贵了,太贵,要便宜点不然就找别家,博锐报了四十八万,年底前要投产"


@pytest.mark.parametrize(
    ("pattern", "signs"),
    [
        ("贵|便宜", "便贵"),
        ("(?:太|还)?贵", "太贵还"),
        ("(?<!不)催", "催"),
        ("[一二]成", "一二"),
        ("(?:也|都)*报", "也报都"),
        ("(?P<a>博锐)|海天", "博海"),
    ],
)
def test_the_signs_that_a_match_begins_with(pattern: str, signs: str) -> None:
    assert set(beginning(pattern)[4:-2]) == set(signs)


@pytest.mark.parametrize("pattern", ["[^,]贵", ".贵", "贵?", "(?:贵|)", "$", "[\u4e00-\u9fff]贵"])
def test_nothing_is_said_where_a_match_may_begin_with_anything(pattern: str) -> None:
    assert beginning(pattern) == ""


@pytest.mark.parametrize("pattern", ["(?:太|还)?贵", "(?<![年月])要(?=便宜)", "报了?|找", "[^,]贵", "(?P<x>四|五)十"])
def test_the_same_is_found(pattern: str) -> None:
    wanted = [(found.span(), found.lastgroup) for found in re.finditer(pattern, TEXT)]
    assert [(found.span(), found.lastgroup) for found in sought(pattern).finditer(TEXT)] == wanted
    assert wanted or pattern == "(?<![年月])要(?=便宜)"
