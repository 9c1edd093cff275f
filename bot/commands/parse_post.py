"""dealbell parse-post: group posts → leads, without server or database (L1)."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterable
from typing import Any

from bot.commands import FAILED

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
    # Posts are UTF-8 whatever the locale says, and half a surrogate in one must not stop the others.
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    if args.jsonl:
        return _read_lines(sys.stdin)
    print(json.dumps(_understood(" ".join(args.text) or sys.stdin.read()), ensure_ascii=False, indent=2), flush=True)
    return 0


def _understood(text: str) -> dict[str, Any]:
    from nlp.lead_post import as_labels, parse_post

    return as_labels(parse_post(text))


def _read_lines(lines: Iterable[str]) -> int:
    """A line that cannot be read stops none of the others."""
    code = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            name, text = _post_in(line)
        except ValueError as wrong:
            code = FAILED
            print(BAD_LINE.format(number=number, why=wrong), file=sys.stderr)
            continue
        print(json.dumps({"id": name, "result": _understood(text)}, ensure_ascii=False))
    sys.stdout.flush()
    return code


def _post_in(line: str) -> tuple[Any, str]:
    """Raises ValueError with words for the person."""
    try:
        post = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("不是 JSON") from None
    if not isinstance(post, dict):
        raise ValueError("不是一个对象")
    if missing := [key for key in ("id", "text") if key not in post]:
        raise ValueError(f"缺 {'、'.join(missing)}")
    if not isinstance(post["text"], str):
        raise ValueError("text 要写文字")
    return post["id"], post["text"]
