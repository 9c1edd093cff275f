"""dealbell parse-post: group posts → leads, without server or database (L1)."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from typing import Any

from bot.commands.jsonl import Fields, answer_lines, speak_utf8, text_in

BAD_LINE = '第 {number} 行读不懂：{why}；每行要写成 {{"id": "1", "text": "…"}}。'


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "parse-post",
        help="群里的线索帖 → 线索，不用服务和数据库",
        description="读一条线索帖（写在后面，或从标准输入），以 JSON 写出读懂了什么。",
    )
    parser.add_argument("text", metavar="TEXT", nargs="*", help="线索帖；不写就读标准输入")
    parser.add_argument("--jsonl", action="store_true", help='读很多条：每行一个 {"id","text"}，写出 {"id","result"}')


def run(args: Namespace) -> int:
    speak_utf8()
    if args.jsonl:
        return answer_lines(sys.stdin, _read, _answers, keys=("id", "text"), bad=BAD_LINE)
    print(json.dumps(_understood(" ".join(args.text) or sys.stdin.read()), ensure_ascii=False, indent=2), flush=True)
    return 0


def _read(post: Fields) -> tuple[Any, str]:
    return post["id"], text_in(post, "text")


def _answers(posts: Sequence[tuple[Any, str]]) -> Iterator[Fields]:
    return ({"id": name, "result": _understood(text)} for name, text in posts)


def _understood(text: str) -> Fields:
    from nlp.lead_post import as_labels, parse_post

    return as_labels(parse_post(text))
