"""dealbell extract: memo text → facts, without server or database (N2)."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.commands import FAILED

BAD_LINE = '第 {number} 行读不懂：{why}；每行要写成 {{"id": "1", "recorded_at": "2026-11-24T10:00:00+08:00", "transcript": "…"}}。'


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "extract",
        help="语音备忘的文字 → 客户、拍板人、预算、下一步",
        description="读一段拜访后的话（写在后面，或从标准输入），以 JSON 写出听懂了什么。",
    )
    parser.add_argument("text", metavar="TEXT", nargs="*", help="备忘的文字；不写就读标准输入")
    parser.add_argument("--jsonl", action="store_true", help='读很多条：每行一个 {"id","recorded_at","transcript"}')
    parser.add_argument("--mentions", action="store_true", help="再写出文字里提到的每个金额和每个日子")


def run(args: Namespace) -> int:
    # Memos are UTF-8 whatever the locale says, and half a surrogate in one must not stop the others.
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    if args.jsonl:
        return _read_lines(sys.stdin, mentions=args.mentions)
    from scheduler.clock import SystemClock

    text = " ".join(args.text) or sys.stdin.read()
    understood = _understood(text, SystemClock().now().astimezone(), mentions=args.mentions)
    print(json.dumps(understood, ensure_ascii=False, indent=2), flush=True)
    return 0


def _understood(transcript: str, recorded_at: datetime, *, mentions: bool) -> dict[str, Any]:
    from nlp.extract import as_labels, extract
    from nlp.mentions import mentions as all_mentions

    understood: dict[str, Any] = {"facts": as_labels(extract(transcript, recorded_at))}
    if mentions:
        understood["mentions"] = all_mentions(transcript, recorded_at)
    return understood


def _read_lines(lines: Iterable[str], *, mentions: bool) -> int:
    """A line that cannot be read stops none of the others."""
    code = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            name, recorded_at, transcript = _memo_in(line)
        except ValueError as wrong:
            code = FAILED
            print(BAD_LINE.format(number=number, why=wrong), file=sys.stderr)
            continue
        print(json.dumps({"id": name, **_understood(transcript, recorded_at, mentions=mentions)}, ensure_ascii=False))
    sys.stdout.flush()
    return code


def _memo_in(line: str) -> tuple[Any, datetime, str]:
    """Raises ValueError with words for the person."""
    try:
        memo = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("不是 JSON") from None
    if not isinstance(memo, dict):
        raise ValueError("不是一个对象")
    if missing := [key for key in ("id", "recorded_at", "transcript") if key not in memo]:
        raise ValueError(f"缺 {'、'.join(missing)}")
    if not isinstance(memo["transcript"], str):
        raise ValueError("transcript 要写文字")
    try:
        recorded_at = datetime.fromisoformat(str(memo["recorded_at"]))
    except ValueError:
        raise ValueError("recorded_at 不是时间") from None
    if recorded_at.tzinfo is None:
        raise ValueError("recorded_at 没有时区，比如 +08:00")
    return memo["id"], recorded_at, memo["transcript"]
