"""What the commands share that read text without server or database: UTF-8 in and out, and one JSON object a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, TypeVar

from bot.commands import FAILED

Fields = dict[str, Any]
Asked = TypeVar("Asked")
AT_ONCE = 64


def speak_utf8() -> None:
    """Whatever the locale says; half a surrogate pair in one text must not stop the others."""
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]


def answer_lines(
    lines: Iterable[str],
    read: Callable[[Fields], Asked],
    answer: Callable[[Sequence[Asked]], Iterable[Fields]],
    *,
    keys: tuple[str, ...],
    bad: str,
) -> int:
    """Writes the answer of each line in order and returns the exit code; many lines are answered at once. A line that lacks
    one of `keys`, or for which `read` raises ValueError with words for the person, is told by `bad` and stops none of the
    others."""
    code = 0
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    while some := list(islice(numbered, AT_ONCE)):
        asked = []
        for number, line in some:
            try:
                asked.append(read(_fields(line, keys)))
            except ValueError as wrong:
                code = FAILED
                print(bad.format(number=number, why=wrong), file=sys.stderr)
        for answered in answer(asked):
            print(json.dumps(answered, ensure_ascii=False))
    sys.stdout.flush()
    return code


def text_in(fields: Fields, key: str) -> str:
    text = fields[key]
    if not isinstance(text, str):
        raise ValueError(f"{key} 要写文字")
    return text


def _fields(line: str, keys: tuple[str, ...]) -> Fields:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("不是 JSON") from None
    if not isinstance(fields, dict):
        raise ValueError("不是一个对象")
    if missing := [key for key in keys if key not in fields]:
        raise ValueError(f"缺 {'、'.join(missing)}")
    return fields
