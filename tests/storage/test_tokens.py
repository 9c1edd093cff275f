"""One token for all processes, one fetcher (wecom.md 3.1)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from storage.database import Database
from storage.tokens import TokenStore
from tests.kit.clock import MONDAY_TEN


class Fetching:
    def __init__(self) -> None:
        self.count = 0

    async def __call__(self) -> tuple[str, timedelta]:
        self.count += 1
        return f"token{self.count}", timedelta(seconds=7200)


async def test_many_callers_of_several_processes_fetch_once(database: Database) -> None:
    fetch = Fetching()
    stores = [TokenStore(database) for _ in range(3)]
    got = await asyncio.gather(
        *(store.renew("app", MONDAY_TEN, failed=None, fetch=fetch) for store in stores for _ in range(4))
    )
    assert (set(got), fetch.count) == ({"token1"}, 1)


async def test_it_is_renewed_ahead_of_its_end(database: Database) -> None:
    store, fetch = TokenStore(database), Fetching()
    await store.renew("app", MONDAY_TEN, failed=None, fetch=fetch)
    assert await store.current("app", MONDAY_TEN + timedelta(seconds=6400)) == "token1"
    assert await store.current("app", MONDAY_TEN + timedelta(seconds=6500)) is None


async def test_a_refused_token_is_fetched_anew_only_while_it_is_still_the_stored_one(database: Database) -> None:
    """Compare and swap: the second process that was refused with the old token takes the new one."""
    store, fetch = TokenStore(database), Fetching()
    await store.renew("app", MONDAY_TEN, failed=None, fetch=fetch)
    assert await store.renew("app", MONDAY_TEN, failed="token1", fetch=fetch) == "token2"
    assert await store.renew("app", MONDAY_TEN, failed="token1", fetch=fetch) == "token2"
    assert fetch.count == 2


async def test_a_fetch_that_fails_lets_the_next_one_try(database: Database) -> None:
    store, fetch = TokenStore(database), Fetching()

    async def broken() -> tuple[str, timedelta]:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await store.renew("app", MONDAY_TEN, failed=None, fetch=broken)
    assert await store.renew("app", MONDAY_TEN, failed=None, fetch=fetch) == "token1"
