"""The queue of what goes out: once each, in order for each receiver, within WeCom's limits."""

from __future__ import annotations

from datetime import datetime, timedelta

from chat.cards import Button, Card, TapData
from chat.messages import Push, TargetKind, Urgency
from storage import outbox
from storage.database import Database
from storage.outbox import Pace, Row
from storage.unit_of_work import begin_work
from tests.kit.clock import MONDAY_TEN

LEASE = timedelta(seconds=60)
PACES = {TargetKind.MEMBER: Pace(30)}


async def put(database: Database, *pushes: Push, now: datetime = MONDAY_TEN) -> None:
    async with begin_work(database, now, actor="test") as work:
        for push in pushes:
            await work.push(push)


def text(key: str, to: str = "lisi", urgency: Urgency = Urgency.NOTICE, **more: object) -> Push:
    return Push(TargetKind.MEMBER, to, f"text {key}", key, urgency, **more)  # type: ignore[arg-type]


async def take(database: Database, seconds: float = 0, limit: int = 20) -> list[Row]:
    return await outbox.claim(database, MONDAY_TEN + timedelta(seconds=seconds), limit, LEASE, PACES)


async def call(database: Database, row: Row, seconds: float = 0) -> bool:
    async with database.writing() as connection:
        return await outbox.start_calling(connection, row, MONDAY_TEN + timedelta(seconds=seconds), "{}")


async def settle(database: Database, row: Row, state: str, seconds: float = 0, due: float | None = None) -> None:
    due_at = None if due is None else MONDAY_TEN + timedelta(seconds=due)
    async with database.writing() as connection:
        await outbox.settle(connection, row, state, MONDAY_TEN + timedelta(seconds=seconds), due_at=due_at)


async def test_the_same_key_is_never_said_twice(database: Database) -> None:
    await put(database, text("once"), text("once"))
    await put(database, text("once"))
    assert len(await take(database)) == 1


async def test_one_receiver_gets_one_at_a_time_the_urgent_first_then_the_oldest(database: Database) -> None:
    await put(database, text("old"), text("new"), text("urgent", urgency=Urgency.LEAD), text("else", "wangwu"))
    order = []
    while rows := await take(database):
        for row in rows:
            order.append(row.dedupe_key)
            await call(database, row)
            await settle(database, row, "sent")
    assert order == ["urgent", "else", "old", "new"]


async def test_a_push_that_waits_for_its_retry_keeps_the_later_ones_behind_it(database: Database) -> None:
    """Bad weather: order is kept for each person while WeCom is down."""
    await put(database, text("first"), text("second", urgency=Urgency.ANSWER))
    (second,) = await take(database)
    assert second.dedupe_key == "second"
    await call(database, second)
    await settle(database, second, "queued", due=30)
    assert await take(database, seconds=1) == []
    (again,) = await take(database, seconds=31)
    assert (again.dedupe_key, again.rendered) == ("second", None)


async def test_one_that_is_only_held_back_does_not_keep_others_behind_it(database: Database) -> None:
    await put(database, text("held", urgency=Urgency.ANSWER, not_before=MONDAY_TEN + timedelta(hours=9)), text("now"))
    assert [row.dedupe_key for row in await take(database)] == ["now"]


async def test_leased_goes_back_and_calling_becomes_uncertain_with_the_same_body(database: Database) -> None:
    await put(database, text("leased"), text("calling", "wangwu"))
    rows = {row.dedupe_key: row for row in await take(database)}
    await call(database, rows["calling"])
    await outbox.recover(database, MONDAY_TEN + timedelta(seconds=61))
    again = {row.dedupe_key: row for row in await take(database, seconds=61)}
    assert again["leased"].rendered is None
    assert again["calling"].rendered == "{}"
    # A second crash before the second call does not forget that the first may have got through.
    await outbox.recover(database, MONDAY_TEN + timedelta(seconds=200))
    assert {row.dedupe_key: row.rendered for row in await take(database, seconds=200)}["calling"] == "{}"


async def test_a_sender_that_lost_its_lease_cannot_call(database: Database) -> None:
    await put(database, text("m"))
    (slow,) = await take(database)
    await outbox.recover(database, MONDAY_TEN + timedelta(seconds=61))
    (heir,) = await take(database, seconds=61)
    assert not await call(database, slow, seconds=62)
    assert await call(database, heir, seconds=62)


async def test_thirty_a_minute_to_one_member_and_the_rest_waits(database: Database) -> None:
    """wecom.md 3.8: the excess would be dropped in silence."""
    await put(database, *(text(f"m{n:02}") for n in range(35)), text("other", "wangwu"))
    sent = []
    while rows := await take(database):
        for row in rows:
            sent.append(row.dedupe_key)
            await call(database, row)
            await settle(database, row, "sent")
    assert len(sent) == 31
    assert [row.dedupe_key for row in await take(database, seconds=61)] == ["m30"]


async def test_a_push_whose_cause_has_gone_is_not_sent(database: Database) -> None:
    """S4: also when a sender holds it already and has not called."""
    await put(database, text("waiting", about="lead:1:1"), text("leased", "wangwu", about="lead:1:1"))
    rows = {row.dedupe_key: row for row in await take(database)}
    async with begin_work(database, MONDAY_TEN, actor="test") as work:
        await work.withdraw("lead:1:1")
    assert not await call(database, rows["leased"])
    assert await take(database, seconds=100) == []


async def test_a_long_text_leaves_in_numbered_parts_of_its_own(database: Database) -> None:
    await put(database, Push(TargetKind.MEMBER, "lisi", "很长的一行字\n" * 300, "long"))
    parts = []
    while rows := await take(database):
        for row in rows:
            parts.append(str(row.content))
            await call(database, row)
            await settle(database, row, "sent")
    assert len(parts) > 1
    assert [part.split("\n")[0] for part in parts] == [f"({n}/{len(parts)})" for n in range(1, len(parts) + 1)]
    assert all(len(part.encode()) <= 2048 for part in parts)


async def test_a_card_settled_before_it_left_is_not_sent(database: Database) -> None:
    card = Card("新线索", buttons=(Button("接单", TapData("accept", "L1")),))
    async with begin_work(database, MONDAY_TEN, actor="test") as work:
        task_id = await work.push(Push(TargetKind.MEMBER, "lisi", card, "card", about="lead:1:1"))
        await work.settle_card(task_id, card.without_buttons(title="已转派"))
    assert await take(database) == []


async def test_a_response_code_is_used_once_and_the_newest_first(database: Database) -> None:
    """wecom.md 3.4: 72 hours, once."""
    async with database.writing() as connection:
        await outbox.keep_code(connection, "c1", "sent", MONDAY_TEN)
        await outbox.keep_code(connection, "c1", "tapped", MONDAY_TEN)
        await outbox.keep_code(connection, "c1", "tapped", MONDAY_TEN)
        late = MONDAY_TEN + timedelta(hours=73)
        assert await outbox.use_code(connection, "c1", MONDAY_TEN) == "tapped"
        assert await outbox.use_code(connection, "c1", late) is None
        assert await outbox.use_code(connection, "c1", MONDAY_TEN) == "sent"
        assert await outbox.use_code(connection, "c1", MONDAY_TEN) is None
