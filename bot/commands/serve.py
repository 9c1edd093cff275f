"""dealbell serve: the server."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from bot.commands import (
    FAILED,
    NEWER_DATABASE,
    OLD_SCHEMA,
    WRONG_USE,
    Stop,
    add_config,
    settings_of,
    telling_database_trouble,
)

if TYPE_CHECKING:
    from settings.model import Settings


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "serve", help="运行服务", description="运行服务，直到收到停止信号（Ctrl+C 或 SIGTERM）。"
    )
    add_config(parser)


def run(args: Namespace) -> int:
    settings = settings_of(args)
    _refuse_unready(settings)
    from bot.app import OldSchema, serve
    from storage.upgrade import NewerDatabase

    try:
        with telling_database_trouble():
            return serve(settings)
    except OldSchema:
        raise Stop(FAILED, OLD_SCHEMA) from None
    except NewerDatabase as error:
        raise Stop(FAILED, NEWER_DATABASE) from error


def _refuse_unready(settings: Settings) -> None:
    from settings.load import missing_for_serving
    from settings.roster import read

    if missing := missing_for_serving(settings):
        raise Stop(WRONG_USE, *missing)
    if problems := read(settings.roster.file).problems:
        raise Stop(WRONG_USE, *(f"名册 {settings.roster.file}：{problem}" for problem in problems))
