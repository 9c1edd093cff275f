"""dealbell backup: a consistent copy while the server runs (O2)."""

from __future__ import annotations

import sqlite3
from argparse import Namespace
from pathlib import Path
from typing import Any

from bot.commands import FAILED, Stop, add_config, settings_of, short


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "backup",
        help="备份",
        description="把数据库和语音、照片、文件的原件备份成一个文件；服务可以照常运行。里面有客户电话，请妥善保管。",
    )
    parser.add_argument(
        "target", metavar="FILE", nargs="?", type=Path, help="备份写到哪里，默认 backup/dealbell-日期-时间.tar"
    )
    add_config(parser)


def run(args: Namespace) -> int:
    from bot.commands import archive
    from scheduler.clock import SystemClock

    settings = settings_of(args)
    now = SystemClock().now()
    target = args.target or Path("backup") / f"dealbell-{now.astimezone():%Y%m%d-%H%M%S}.tar"
    if target.is_dir():
        target = target / f"dealbell-{now.astimezone():%Y%m%d-%H%M%S}.tar"
    try:
        counted = archive.write(settings, target, now)
    except (OSError, sqlite3.Error, ValueError) as error:
        raise Stop(FAILED, f"备份没有写成（{short(error)}）；请检查磁盘空间和 {target.parent} 的权限。") from error
    print(f"已备份到 {target}：数据库和 {counted.media} 个原件，共 {counted.size / 1_000_000:.1f} MB。")
    return 0
