"""dealbell demo: the whole product with a pretend WeCom, no account, no settings (O3)."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from bot.commands import WRONG_USE, Stop, telling_database_trouble


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "demo",
        help="不用账号先试试",
        description="自带一个模拟的企业微信，打开打印出来的网址就能试用；不需要账号和设置。",
    )
    parser.add_argument("--port", type=int, help="聊天页面的端口；不写就用 8080，被占用时另找一个")
    parser.add_argument(
        "--data", type=Path, default=Path("demo-data"), metavar="DIR", help="数据放在哪里，默认 demo-data；每次从头开始"
    )


def run(args: Namespace) -> int:
    from bot.demo import run as run_demo

    if args.port is not None and not 0 <= args.port <= 65535:
        raise Stop(WRONG_USE, f"--port 要写 0 到 65535 之间的整数，现在是 {args.port}；用法见 dealbell demo --help。")
    with telling_database_trouble("用 --port 换一个"):
        return run_demo(args.port, args.data)
