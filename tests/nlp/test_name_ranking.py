"""What runs of words may be a name, and what the weights make of them beside the rules (N2)."""

from __future__ import annotations

from datetime import datetime

import pytest

from domain.facts import Known
from nlp.extract import extract
from nlp.joined import GAP, Joined
from nlp.name_ranking import names, runs
from nlp.reading import Reading

SAID_AT = datetime.fromisoformat("2026-11-24T18:00:00+08:00")


def read(text: str) -> Reading:
    return Reading(text, SAID_AT)


def may_be_names(text: str) -> set[str]:
    reading = read(text)
    found = runs(Joined([reading]))
    return {reading.text[start:end] for start, end in zip(found.start - GAP, found.end - GAP, strict=True)}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("上午去了永固五金见了老板娘", "永固五金"),
        ("力拓液压的人前脚刚走", "力拓液压"),
        ("市三院设备科刘科长不在", "市三院"),
    ],
)
def test_a_name_is_among_the_runs_of_whole_words(text: str, name: str) -> None:
    assert name in may_be_names(text)


def test_no_run_crosses_a_person_a_day_an_amount_or_a_pause() -> None:
    said = may_be_names("下周三跟王总说五十万,宏发铸造那边没问题")
    assert "宏发铸造" in said
    assert not any({*"三王总五万,"} & {*name} for name in said)


def test_a_name_that_the_house_knows_stays_whatever_the_weights_say() -> None:
    reading = read("今天天气不错,恒达")
    known = Known.of(customers=["恒达"])
    place = (reading.text.index("恒达"), len(reading.text))
    assert names(Joined([reading]), known) == [(place, [])]


@pytest.mark.parametrize("said", ["删掉第二条", "第五条删掉", "你好"])
def test_a_few_words_are_no_name(said: str) -> None:
    assert extract(said, SAID_AT).customer is None


def test_a_customer_of_the_house_is_nobodys_rival() -> None:
    said = "刚从永固五金出来,见了老板娘周姐,义乌鑫达的业务员也来过,报价比我们低"
    facts = extract(said, SAID_AT, known=Known.of(customers=["义乌鑫达", "永固五金"]))
    assert facts.competitors == ()


def test_customer_and_rival_are_two() -> None:
    facts = extract("刚从永固五金出来,见了老板娘周姐,义乌鑫达的业务员也来过,报价比我们低", SAID_AT)
    assert facts.customer is not None
    assert facts.customer.value == "永固五金"
    assert [rival.value for rival in facts.competitors] == ["义乌鑫达"]
