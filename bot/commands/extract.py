"""dealbell extract: memo text → facts, without server or database (N2)."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

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
        answers = partial(_answers, mentions=args.mentions)
        return answer_lines(sys.stdin, _read, answers, keys=("id", "recorded_at", "transcript"), bad=BAD_LINE)
    from scheduler.clock import SystemClock

    text = " ".join(args.text) or sys.stdin.read()
    memo = _Memo("", text, SystemClock().now().astimezone())
    (understood,) = _understood([memo], mentions=args.mentions)
    print(json.dumps(understood, ensure_ascii=False, indent=2), flush=True)
    return 0


class _Memo(NamedTuple):
    name: Any
    transcript: str
    recorded_at: datetime


def _read(memo: Fields) -> _Memo:
    return _Memo(memo["id"], text_in(memo, "transcript"), _recorded_at(memo))


def _answers(memos: Sequence[_Memo], *, mentions: bool) -> Iterator[Fields]:
    understood = _understood(memos, mentions=mentions)
    return ({"id": memo.name, **one} for memo, one in zip(memos, understood, strict=True))


def _understood(memos: Sequence[_Memo], *, mentions: bool) -> Iterator[Fields]:
    from nlp.extract import as_labels, extract_all
    from nlp.mentions import mentions as all_mentions

    for memo, facts in zip(memos, extract_all([(one.transcript, one.recorded_at) for one in memos]), strict=True):
        found = {"mentions": all_mentions(memo.transcript, memo.recorded_at)} if mentions else {}
        yield {"facts": as_labels(facts), **found}


def _recorded_at(memo: Fields) -> datetime:
    try:
        recorded_at = datetime.fromisoformat(str(memo["recorded_at"]))
    except ValueError:
        raise ValueError("recorded_at 不是时间") from None
    if recorded_at.tzinfo is None:
        raise ValueError("recorded_at 没有时区，比如 +08:00")
    return recorded_at
