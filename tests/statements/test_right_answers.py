"""Statements of several hands against their right answers: every row, and nothing booked that is not certain (P1, P2)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from chat.texts.payments import yuan
from domain.matching import match
from domain.payments import Decision, MatchClass
from nlp.payment_words import PAYMENT_WORDS
from statements.reading import read_statement
from statements.receivables import read_receivables

DATA = Path(__file__).parents[1] / "data"
FOLDERS = (DATA / "bank", *sorted((DATA / "bank_more").iterdir()))
BANKS = [
    (folder, bank)
    for folder in FOLDERS
    for bank in sorted({path.stem.rstrip("0123456789") for path in folder.glob("*.[cx][sl]*")})
]
"""One bank may have several files."""


@pytest.mark.parametrize(("folder", "bank"), BANKS, ids=lambda part: part if isinstance(part, str) else part.name)
def test_every_row_is_judged_as_it_should_be(folder: Path, bank: str) -> None:
    decisions = judged(folder, bank)
    wanted = [one for one in expected(folder)["transactions"] if one["bank"] == bank]
    wrong = [
        f"{one['serial']} {one['class']}: {one['reason']}"
        for one in wanted
        if said(decisions.get(one["serial"])) != answer(one)
    ]
    assert wanted
    assert wrong == []


@pytest.mark.parametrize(("folder", "bank"), BANKS, ids=lambda part: part if isinstance(part, str) else part.name)
def test_a_card_offers_at_least_what_it_must(folder: Path, bank: str) -> None:
    decisions = judged(folder, bank)
    missing = {
        one["serial"]: sorted(set(one["candidates"]) - set(decisions[one["serial"]].candidates))
        for one in expected(folder)["transactions"]
        if one["bank"] == bank and one.get("candidates")
    }
    assert {serial: orders for serial, orders in missing.items() if orders} == {}


@cache
def judged(folder: Path, bank: str) -> dict[str, Decision]:
    receivables = read_receivables((folder / "receivables.json").read_bytes()).receivables
    statements = [
        read_statement(path.read_bytes())
        for path in folder.glob("*.[cx][sl]*")
        if path.stem.rstrip("0123456789") == bank
    ]
    return {
        one.transaction.serial: one
        for statement in statements
        for one in match(statement.transactions, receivables, words=PAYMENT_WORDS)
    }


@cache
def expected(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "expected.json").read_text("utf-8"))
    return found


def said(decision: Decision | None) -> tuple[str, dict[str, str]]:
    """Orders and yuan of a booking; a proposal is finance's to choose."""
    if decision is None:
        return "absent", {}
    is_certain = decision.match_class is MatchClass.CERTAIN
    return decision.match_class.value, {one.order_no: yuan(one.amount) for one in decision.matches if is_certain}


def answer(wanted: dict[str, Any]) -> tuple[str, dict[str, str]]:
    is_certain = wanted["class"] == MatchClass.CERTAIN
    return wanted["class"], {one["order_no"]: one["amount"] for one in wanted["matches"] if is_certain}
