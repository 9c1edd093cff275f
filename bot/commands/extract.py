"""dealbell extract: memo text → facts, without server or database (N2)."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from datetime import datetime
from functools import partial
from typing import Any

from bot.commands.jsonl import Fields, answer_lines, speak_utf8, text_in

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
    speak_utf8()
    if args.jsonl:
        answer = partial(_answer, mentions=args.mentions)
        return answer_lines(sys.stdin, answer, keys=("id", "recorded_at", "transcript"), bad=BAD_LINE)
    from scheduler.clock import SystemClock

    text = " ".join(args.text) or sys.stdin.read()
    understood = _understood(text, SystemClock().now().astimezone(), mentions=args.mentions)
    print(json.dumps(understood, ensure_ascii=False, indent=2), flush=True)
    return 0


def _answer(memo: Fields, *, mentions: bool) -> Fields:
    return {"id": memo["id"], **_understood(text_in(memo, "transcript"), _recorded_at(memo), mentions=mentions)}


def _understood(transcript: str, recorded_at: datetime, *, mentions: bool) -> Fields:
    from nlp.extract import as_labels, extract
    from nlp.mentions import mentions as all_mentions

    understood: Fields = {"facts": as_labels(extract(transcript, recorded_at))}
    if mentions:
        understood["mentions"] = all_mentions(transcript, recorded_at)
    return understood


def _recorded_at(memo: Fields) -> datetime:
    try:
        recorded_at = datetime.fromisoformat(str(memo["recorded_at"]))
    except ValueError:
        raise ValueError("recorded_at 不是时间") from None
    if recorded_at.tzinfo is None:
        raise ValueError("recorded_at 没有时区，比如 +08:00")
    return recorded_at
