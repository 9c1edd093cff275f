"""Memos are stored once for each message (N1, N5)."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from domain.facts import BudgetRange, Concern, MemoFacts, NextStep, Owner, Said, Signal, Words
from domain.memos import Memo, MemoKind, MemoState
from storage.database import Database
from storage.leads import OutOfDate
from storage.memos import facts_from_json, facts_to_json
from storage.unit_of_work import begin_work

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


async def test_the_same_message_is_one_memo(database: Database) -> None:
    """A voice that is decoded twice, or a callback that comes again, must not be two memos."""
    async with begin_work(database, NOW, actor="lisi", cause="m1") as work:
        first = await work.memos.add("m1", "lisi", "voice", recorded_at=NOW)
        again = await work.memos.add("m1", "lisi", "voice", recorded_at=NOW)
        other = await work.memos.add("m2", "lisi", "text", recorded_at=NOW, text="说了什么")
    assert first == again != other
    async with begin_work(database, NOW, actor="lisi") as work:
        memo = await work.memos.with_key("m1")
        assert memo is not None
        assert (memo.kind, memo.state, memo.version) == (MemoKind.VOICE, MemoState.WAITING_FOR_WORDS, 1)
        assert len(await work.audit.of(f"memo:{first}", 5)) == 1


AT = Words(3, 6, "五十万")
FACTS = MemoFacts(
    customer=Said("恒达", AT),
    decision_maker=Said("李总", AT),
    budget=Said(BudgetRange(None, 50_000_000), AT),
    next_steps=(
        Said(NextStep("寄样", date(2026, 11, 27), Owner.US), AT),
        Said(NextStep("付款", None, Owner.CUSTOMER), AT),
    ),
    competitors=(Said("科瑞", AT),),
    concerns=(Said(Concern.PRICE, AT),),
    signals=(Said(Signal.URGENT, AT),),
)


@pytest.mark.parametrize("facts", [FACTS, MemoFacts()])
def test_facts_come_back_as_they_were_stored(facts: MemoFacts) -> None:
    """Each value with the words it came from."""
    assert facts_from_json(facts_to_json(facts)) == facts


async def _understood(database: Database) -> Memo:
    async with begin_work(database, NOW, actor="lisi", cause="m1") as work:
        memo = await work.memos.get(await work.memos.add("m1", "lisi", "voice", recorded_at=NOW))
        assert memo is not None
        return await work.memos.understood(memo, "…", FACTS, None, 31.0)


async def test_two_corrections_at_once_do_not_swallow_each_other(database: Database) -> None:
    """N3: the second one is worked on again, with what the first has left."""
    read = await _understood(database)
    async with begin_work(database, NOW, actor="lisi", cause="m2") as work:
        await work.memos.correct(read, replace(FACTS, decision_maker=Said("王总", AT)), "拍板的是王总")
    with pytest.raises(OutOfDate):
        async with begin_work(database, NOW, actor="zhaomin", cause="m3") as work:
            await work.memos.correct(read, replace(FACTS, budget=None), "没说预算")
    async with begin_work(database, NOW, actor="lisi") as work:
        (kept,) = await work.memos.corrected()
    assert [(one.field, one.original, one.corrected, one.who) for one in kept.corrections] == [
        ("decision_maker", "李总", "王总", "lisi")
    ]
    assert (kept.understood, kept.facts.decision_maker) == (FACTS, Said("王总", AT))
