"""A list of what customers owe is kept, and what cannot be is named (P4)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

from actions.keep_receivables import keep_all
from domain.payments import Instalment, Receivable
from domain.statements import Problem
from settings.house import HouseRules
from settings.model import Settings
from storage.database import Database
from storage.receivables import Kept
from storage.unit_of_work import begin_work

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
RULES = HouseRules.of(Settings())
ORDER = Receivable("XS2610-0101", "恒达机械", 6_400_000, known_payers=("周铎",))


async def test_a_list_is_kept_and_what_cannot_be_is_named(database: Database) -> None:
    async with begin_work(database, NOW, actor="qianfang") as work:
        kept, refused = await keep_all(
            work,
            RULES,
            [
                ORDER, ORDER, replace(ORDER, amount=6_500_000), Receivable("XS2", "恒达机械", 100, received=200),
                Receivable("XS3", "恒达机械", 0), Receivable("XS4", "恒达机械", 100, currency="USD"),
            ],
            since=NOW,
        )  # fmt: skip
    assert kept == Counter({Kept.ADDED: 1, Kept.SAME: 1, Kept.CHANGED: 1})
    assert refused == {"XS2": Problem.BAD_RECEIVED, "XS3": Problem.BAD_RECEIVED, "XS4": Problem.OTHER_CURRENCY}


async def test_instalments_are_kept_with_their_days(database: Database) -> None:
    parts = (Instalment(3_000_000, date(2026, 11, 30)), Instalment(3_400_000, date(2026, 12, 31)))
    async with begin_work(database, NOW, actor="qianfang") as work:
        await keep_all(work, RULES, [replace(ORDER, instalments=parts)], since=NOW)
        kept = await work.receivables.numbered("XS2610-0101")
    assert kept is not None
    assert kept.schedule == parts


async def test_who_is_confirmed_to_pay_for_a_customer_is_known_to_the_rules(database: Database) -> None:
    """As the JSON list says it."""
    async with begin_work(database, NOW, actor="import") as work:
        await keep_all(work, RULES, [ORDER], since=NOW)
        (known,), _ = await work.receivables.for_matching(NOW)
    assert known.known_payers == ("周铎",)
