"""A transcript made even, and the way back to what was said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.spans import Span
from nlp.transcript import even


@pytest.mark.parametrize(
    ("said", "evened"),
    [
        ("３０万，二期", "30万,二期"),
        ("貳拾萬", "贰拾万"),
        ("他說這個禮拜三後天", "他说这个礼拜三后天"),
        ("11 月 30 日前", "11月30日前"),
        ("预算 50 万", "预算50万"),
        ("￥ 50", "¥50"),
        ("三十万 五台", "三十万 五台"),
        ("二 30万", "二 30万"),
        ("预 算 五 十 万", "预算五十万"),
        ("五\u200b十万", "五十万"),
        ("iPhone 15 Pro", "iPhone 15 Pro"),
        ("乾隆", "乾隆"),
        ("", ""),
    ],
)
def test_width_characters_and_blanks_around_digits(said: str, evened: str) -> None:
    assert even(said).text == evened


def test_fillers_and_restarts_stay() -> None:
    said = "呃那个,三十万,不对,三十五万"
    assert even(said).text == said


def test_the_words_come_back_as_they_were_said() -> None:
    evened = even("嗯，預算 ３５ 萬 以內")
    start = evened.text.index("35万")
    assert evened.as_said(Span(start, start + 3, "35万")).text == "３５ 萬"


@given(st.text(alphabet="預算萬５ 5\u200b十ab，後\t\n", max_size=20))
def test_every_place_has_its_sign_in_what_was_said(said: str) -> None:
    evened = even(said)
    assert len(evened.places) == len(evened.text) + 1
    for place, sign in enumerate(evened.text):
        words = evened.as_said(Span(place, place + 1, sign)).text
        assert even(words).text == sign or words.isspace()


@given(st.text(max_size=40))
def test_any_text_can_be_made_even(said: str) -> None:
    evened = even(said)
    whole = evened.as_said(Span(0, len(evened.text), evened.text))
    assert whole.text in said
