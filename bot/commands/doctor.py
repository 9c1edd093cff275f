"""dealbell doctor: one line for each thing that must be right, with the cure."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from bot.commands import FAILED, add_config, settings_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from bot.commands.checks import Check
    from settings.model import Settings


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "doctor",
        help="检查设置和企业微信凭据",
        description="逐项检查，一项一行：✓ 正常，! 要留意，✗ 要修。有 ✗ 时退出码是 1。不改任何东西，也不发消息。",
    )
    add_config(parser)
    parser.add_argument("--offline", action="store_true", help="不连企业微信，只查本机能查的")


def run(args: Namespace) -> int:
    settings = settings_of(args)
    return asyncio.run(_show(settings, offline=args.offline))


async def _show(settings: Settings, *, offline: bool) -> int:
    from bot.commands.checks import Verdict
    from scheduler.clock import SystemClock

    failed = 0
    async for check in examine(settings, SystemClock().now(), offline=offline):
        print(check.line(), flush=True)
        failed += check.verdict is Verdict.FAIL
    print(f"{failed} 项要修。" if failed else "没有要修的。")
    return FAILED if failed else 0


async def examine(settings: Settings, now: datetime, *, offline: bool = False) -> AsyncIterator[Check]:
    from bot.commands import checks, wecom_checks

    for look in (checks.settings_complete, checks.plain_secrets):
        for check in look(settings):
            yield check
    for check in await checks.database(settings):
        yield check
    for check in (*checks.roster(settings), *checks.calendar(settings, now), *checks.ladder(settings)):
        yield check
    for check in wecom_checks.callbacks_decrypt(settings, now):
        yield check
    for look in (checks.public_url, checks.bot_mode, checks.webhooks, checks.hooks, checks.media_tools, checks.disk):
        for check in look(settings):
            yield check
    if not offline:
        for check in (*await checks.bucket(settings), *await checks.speech_server(settings)):
            yield check
    if not offline and settings.wecom.app.is_set:
        async for check in wecom_checks.online(settings, now):
            yield check
