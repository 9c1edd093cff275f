"""Small changes share a transaction, and a failing one takes no other with it."""

import asyncio

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.tables import locks
from storage.together import Together


async def _names(database: Database) -> set[str]:
    async with database.reading() as connection:
        return set((await connection.execute(sa.select(locks.c.name))).scalars())


async def test_changes_that_wait_together_are_made_in_one_transaction(database: Database) -> None:
    together, seen = Together(database), []

    async def change(connection: AsyncConnection, name: str) -> str:
        await connection.execute(sa.insert(locks).values(name=name))
        seen.append(connection)
        return name

    names = [f"n{number}" for number in range(20)]
    results = await asyncio.gather(*(together.commit(lambda c, n=name: change(c, n)) for name in names))
    assert results == names
    assert await _names(database) == set(names)
    assert len({id(connection) for connection in seen}) == 1


async def test_only_who_caused_the_trouble_hears_of_it(database: Database) -> None:
    together = Together(database)

    async def add(connection: AsyncConnection, name: str) -> str:
        await connection.execute(sa.insert(locks).values(name=name))
        return name

    async def break_it(connection: AsyncConnection) -> str:
        return await add(connection, "first")

    results = await asyncio.gather(
        together.commit(lambda c: add(c, "first")),
        together.commit(break_it),
        together.commit(lambda c: add(c, "third")),
        return_exceptions=True,
    )
    assert results[0] == "first"
    assert isinstance(results[1], sa.exc.IntegrityError)
    assert results[2] == "third"
    assert await _names(database) == {"first", "third"}


async def test_it_goes_on_after_a_failure(database: Database) -> None:
    together = Together(database)

    async def refuse(_connection: AsyncConnection) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await together.commit(refuse)
    await together.commit(lambda c: c.execute(sa.insert(locks).values(name="later")))
    assert await _names(database) == {"later"}
