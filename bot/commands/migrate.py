"""dealbell migrate: create or upgrade the database."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from typing import Any

from bot.commands import FAILED, NEWER_DATABASE, Stop, add_config, settings_of, telling_database_trouble


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "migrate", help="建立或升级数据库", description="建立数据库，或者升级到这个版本需要的结构。"
    )
    add_config(parser)


def run(args: Namespace) -> int:
    settings = settings_of(args)
    with telling_database_trouble():
        print(asyncio.run(_migrate(settings.database.url.reveal())))
    return 0


async def _migrate(url: str) -> str:
    from storage.database import Database
    from storage.upgrade import current_revision, upgrade

    database = Database(url)
    try:
        before = await current_revision(database)
        await _upgrade_or_stop(upgrade, database)
        after = await current_revision(database)
    finally:
        await database.close()
    if before == after:
        return f"数据库已经是最新的（{after}）。"
    return f"数据库已从 {before} 升级到 {after}。" if before else f"数据库已建好（{after}）。"


async def _upgrade_or_stop(upgrade: Any, database: Any) -> None:
    from storage.upgrade import NewerDatabase

    try:
        await upgrade(database)
    except NewerDatabase as error:
        raise Stop(FAILED, NEWER_DATABASE) from error
