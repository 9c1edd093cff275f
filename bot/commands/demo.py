"""dealbell demo: the whole product with a pretend WeCom, no account, no settings (O3)."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "demo",
        help="不用账号先试试",
        description="自带一个模拟的企业微信，打开打印出来的网址就能试用；不需要账号和设置。",
    )
    parser.add_argument("--port", type=int, default=8080, help="聊天页面的端口，默认 8080")
    parser.add_argument(
        "--data", type=Path, default=Path("demo-data"), metavar="DIR", help="数据放在哪里，默认 demo-data"
    )


def run(args: Namespace) -> int:
    from bot.demo import run as run_demo

    return run_demo(args.port, args.data)
