"""The queue of what came in: once each, one person in order, people in parallel, fenced by a token."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from storage import inbox
from storage.database import Database
from storage.intake import Intake, NewMessage
from tests.kit.clock import MONDAY_TEN

LEASE = timedelta(seconds=30)


def message(key: str, person: str = "lisi") -> NewMessage:
    return NewMessage(key, person, "app", f"<xml>{key}</xml>", MONDAY_TEN)


async def take(database: Database, seconds: float = 0, limit: int = 10) -> list[inbox.Claimed]:
    return await inbox.claim(database, MONDAY_TEN + timedelta(seconds=seconds), limit, LEASE)


async def test_messages_that_wait_are_committed_together_and_a_repeat_has_no_second_row(database: Database) -> None:
    intake = Intake(database)
    new = await asyncio.gather(*(intake.put(message(f"m{n % 50}", f"p{n % 50}")) for n in range(100)))
    assert sum(new) == 50
    assert await intake.put(message("m0", "p0")) is False
    assert await inbox.depth(database) == {"queued": 50}


async def test_one_person_in_order_and_people_in_parallel(database: Database) -> None:
    intake = Intake(database)
    for key, person in (("a1", "a"), ("b1", "b"), ("a2", "a")):
        await intake.put(message(key, person))
    first = await take(database)
    assert [claimed.key for claimed in first] == ["a1", "b1"]
    assert await take(database) == []
    async with database.writing() as connection:
        assert await inbox.finish(connection, first[0], MONDAY_TEN)
    assert [claimed.key for claimed in await take(database)] == ["a2"]


async def test_a_lease_that_ran_out_is_taken_over_and_the_late_worker_is_fenced_off(database: Database) -> None:
    await Intake(database).put(message("m1"))
    (slow,) = await take(database)
    (heir,) = await take(database, seconds=31)
    assert heir.token == slow.token + 1
    async with database.writing() as connection:
        assert not await inbox.finish(connection, slow, MONDAY_TEN)
        assert await inbox.finish(connection, heir, MONDAY_TEN)


async def test_a_message_that_waits_for_its_retry_holds_back_the_same_person_only(database: Database) -> None:
    intake = Intake(database)
    for key, person in (("a1", "a"), ("a2", "a"), ("b1", "b")):
        await intake.put(message(key, person))
    a1, _b1 = await take(database)
    async with database.writing() as connection:
        await inbox.retry_later(connection, a1, MONDAY_TEN + timedelta(seconds=5), "boom")
    assert await take(database, seconds=1) == []
    assert [claimed.key for claimed in await take(database, seconds=6)] == ["a1"]


async def test_a_parked_message_lets_the_next_one_go(database: Database) -> None:
    intake = Intake(database)
    await intake.put(message("poison"))
    await intake.put(message("good"))
    (poison,) = await take(database)
    async with database.writing() as connection:
        assert await inbox.park(connection, poison, MONDAY_TEN, "boom", "ab12")
    assert [claimed.key for claimed in await take(database)] == ["good"]
    assert (await inbox.depth(database))["parked"] == 1


async def test_claimers_side_by_side_never_get_the_same_message(database: Database) -> None:
    intake = Intake(database)
    await asyncio.gather(*(intake.put(message(f"m{n}", f"p{n}")) for n in range(40)))
    taken = await asyncio.gather(*(take(database, limit=10) for _ in range(8)))
    keys = [claimed.key for claims in taken for claimed in claims]
    assert len(keys) == len(set(keys))
    while more := await take(database, limit=10):
        keys += [claimed.key for claimed in more]
    assert sorted(keys) == sorted(f"m{n}" for n in range(40))
