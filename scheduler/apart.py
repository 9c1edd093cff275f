"""Work that would hold up the event loop for seconds: in a thread, or in a process of its own where it is much."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar, TypeVarTuple

from settings.house import HouseRules
from settings.model import Settings
from statements.layouts import Column, ColumnMapping

HEAVY_BYTES = 500_000

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


async def apart(function: Callable[[*Ts], T], *args: *Ts, heavy: bool) -> T:
    if not heavy:
        return await asyncio.to_thread(function, *args)
    # Spawned: a fork would carry the database's threads and locks along.
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    try:
        return await asyncio.get_running_loop().run_in_executor(pool, function, *args)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


async def read_apart(
    read: Callable[[bytes, str, Sequence[ColumnMapping]], T], data: bytes, file_name: str, rules: HouseRules
) -> T:
    """A statement, with the layouts that the settings know. Raises StatementError as `read` does."""
    return await apart(read, data, file_name, layouts_of(rules.settings), heavy=len(data) > HEAVY_BYTES)


def layouts_of(settings: Settings) -> tuple[ColumnMapping, ...]:
    """Those that the settings describe."""
    return tuple(
        ColumnMapping(layout.name, {Column(name): words for name, words in layout.columns.items()})
        for layout in settings.payments.layouts
    )
