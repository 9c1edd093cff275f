"""dealbell serve: the server."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from bot.commands import WRONG_USE, Stop, add_config, settings_of


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "serve", help="运行服务", description="运行服务，直到收到停止信号（Ctrl+C 或 SIGTERM）。"
    )
    add_config(parser)


def run(args: Namespace) -> int:
    from settings.load import missing_for_serving
    from settings.roster import read

    settings = settings_of(args)
    if missing := missing_for_serving(settings):
        raise Stop(WRONG_USE, *missing)
    if problems := read(settings.roster.file).problems:
        raise Stop(WRONG_USE, *(f"名册 {settings.roster.file}：{problem}" for problem in problems))
    from bot.app import serve

    return serve(settings)
