"""A long text in several messages (wecom.md pitfall 16: WeCom cuts at 2048 bytes and does not say so)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.parts import split

NUMBER = re.compile(r"\((\d+)/(\d+)\)\n")
WORDS = st.text(
    st.one_of(
        st.sampled_from("待办线索恒达机械。，0123abc \n\n\u200d\ufe0f🔔👨👩👧❤é"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=700,
)
SIGNS = ["👨\u200d👩\u200d👧", "❤\ufe0f", "🔔", "线", "é", "a", "\n"]
BYTES = st.integers(min_value=48, max_value=2048)


def bodies(parts: list[str]) -> list[str]:
    """Without the numbers, which are checked on the way."""
    if len(parts) == 1:
        return parts
    told = [NUMBER.match(part) for part in parts]
    assert [found and found.groups() for found in told] == [
        (str(number), str(len(parts))) for number in range(1, len(parts) + 1)
    ]
    return [NUMBER.sub("", part, count=1) for part in parts]


@given(WORDS, BYTES)
def test_the_parts_joined_are_the_text_but_for_line_ends_at_the_cuts(text: str, largest: int) -> None:
    parts = split(text, largest)
    rest = text
    for number, body in enumerate(bodies(parts)):
        rest = rest if len(parts) == 1 or (number == 0 and rest.startswith(body)) else rest.lstrip("\n")
        assert rest.startswith(body)
        rest = rest[len(body) :]
    assert rest.strip("\n") == ""


@given(WORDS, BYTES)
def test_every_part_is_within_the_limit_with_its_number(text: str, largest: int) -> None:
    assert all(len(part.encode()) <= largest for part in split(text, largest))


@given(st.lists(st.sampled_from(SIGNS), max_size=400), BYTES)
def test_no_part_begins_or_ends_inside_a_character(signs: list[str], largest: int) -> None:
    """An emoji of several code points is one character to its reader."""
    whole = re.compile(f"(?:{'|'.join(SIGNS)})*")
    assert all(whole.fullmatch(body) for body in bodies(split("".join(signs), largest)))


@given(WORDS)
def test_a_text_within_the_limit_stays_as_it_is(text: str) -> None:
    assert split(text, len(text.encode())) == [text]


@pytest.mark.parametrize(("bytes_", "parts"), [(2048, 1), (2049, 2), (4000, 2), (6000, 3)])
def test_the_limit_counts_bytes_and_not_characters(bytes_: int, parts: int) -> None:
    assert len(split("a" * bytes_, 2048)) == parts
    text = "线" * (bytes_ // 3) + "a" * (bytes_ % 3)
    assert len(text.encode()) == bytes_
    assert len(split(text, 2048)) == parts


def test_it_is_cut_at_line_ends_where_there_are_any() -> None:
    lines = [f"L{number} 恒达机械 张伟 已接单，等首次接触" for number in range(1, 101)]
    parts = bodies(split("\n".join(lines), 2048))
    assert len(parts) == 3
    assert [line for part in parts for line in part.split("\n")] == lines


def test_more_than_a_hundred_parts_have_room_for_their_numbers() -> None:
    parts = split("线索" * 5000, 64)
    assert len(parts) > 500
    assert max(len(part.encode()) for part in parts) <= 64
    assert bodies(parts)


def test_nothing_but_line_ends_comes_to_an_end() -> None:
    assert all(len(part) <= 64 for part in split("\n" * 500, 64))


def test_joiners_without_end_come_to_an_end() -> None:
    assert "".join(bodies(split("\ufe0f" * 100, 64))) == "\ufe0f" * 100
