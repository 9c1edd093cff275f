"""dealbell restore: a backup back in its place; the server must be stopped."""

from __future__ import annotations

import socket
import sqlite3
from argparse import Namespace
from pathlib import Path
from typing import Any

from bot.commands import FAILED, Stop, add_config, settings_of, short


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "restore",
        help="恢复备份",
        description="用备份替换现在的数据库，先停掉服务。SQLite 原来的文件改名成 .before-restore 留着。",
    )
    parser.add_argument("source", metavar="FILE", type=Path, help="dealbell backup 写的文件")
    add_config(parser)
    parser.add_argument("--force", action="store_true", help="端口上有别的程序时，也照样恢复")


def run(args: Namespace) -> int:
    from bot.commands import archive

    settings = settings_of(args)
    if not args.force and _answers(settings.server.host, settings.server.port):
        raise Stop(FAILED, f"{settings.server.port} 端口上有程序在运行；先停掉服务再恢复，确定不是跟单铃就加 --force。")
    try:
        counted = archive.read(settings, args.source)
    except (OSError, sqlite3.Error) as error:
        raise Stop(FAILED, f"没有恢复成功（{short(error)}）；请检查磁盘空间和权限。") from error
    print(f"已从 {args.source} 恢复数据库和 {counted.media} 个原件；现在可以启动服务。")
    return 0


def _answers(host: str, port: int) -> bool:
    local = "127.0.0.1" if host in ("", "0.0.0.0", "::") else host  # noqa: S104 - compared, not listened on
    try:
        with socket.create_connection((local, port), timeout=1):
            return True
    except OSError:
        return False
