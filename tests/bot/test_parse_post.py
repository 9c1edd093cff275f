"""dealbell parse-post as a process would be used: bytes in, JSON out, sentences where a line is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
POST = "【线索响应】恒达机械 13800001111 X200 展会"


def parse_post(*argv: str, stdin: str | bytes = "") -> tuple[int, str, str]:
    """In the plainest locale there is."""
    given = stdin if isinstance(stdin, bytes) else stdin.encode()
    done = subprocess.run(
        [sys.executable, "-m", "bot", "parse-post", *argv],
        input=given,
        capture_output=True,
        cwd=ROOT,
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.mark.parametrize("argv", [(POST,), tuple(POST.split())], ids=["one word", "several words"])
def test_a_post_in_the_arguments_is_printed_as_json(argv: tuple[str, ...]) -> None:
    code, out, err = parse_post(*argv)
    assert (code, err) == (0, "")
    assert "恒达机械" in out
    assert json.loads(out)


def test_a_post_from_stdin_gives_the_same() -> None:
    assert parse_post(stdin=POST) == parse_post(POST)


def test_each_line_gets_its_own_result_and_empty_lines_none() -> None:
    lines = [json.dumps({"id": number, "text": POST}, ensure_ascii=False) for number in ("a", 2)]
    code, out, err = parse_post("--jsonl", stdin="\n\n".join(lines) + "\n")
    assert (code, err) == (0, "")
    results = [json.loads(line) for line in out.splitlines()]
    assert [result["id"] for result in results] == ["a", 2]
    assert results[0]["result"] == results[1]["result"] == json.loads(parse_post(POST)[1])


def test_a_line_that_is_wrong_is_told_by_its_number_and_stops_none_of_the_others() -> None:
    good = json.dumps({"id": "1", "text": POST}, ensure_ascii=False)
    lines = [good, "{", "[1]", '{"id": 3}', '{"id": 4, "text": 5}', "[" * 100_000, good]
    code, out, err = parse_post("--jsonl", stdin="\n".join(lines))
    assert code == 1
    assert len(out.splitlines()) == 2
    whys = {2: "不是 JSON", 3: "不是一个对象", 4: "缺 text", 5: "text 要写文字", 6: "不是 JSON"}
    assert err.splitlines() == [
        f'第 {number} 行读不懂：{why}；每行要写成 {{"id": "1", "text": "…"}}。' for number, why in whys.items()
    ]


@pytest.mark.parametrize(
    "line",
    [
        rb'{"id": 1, "text": "\ud83d \u7ebf\u7d22"}',
        b'{"id": 1, "text": "\xff\xfe"}',
        '{"id": 1, "text": "🔔"}'.encode(),
    ],
)
def test_half_a_character_stops_nothing(line: bytes) -> None:
    code, out, err = parse_post("--jsonl", stdin=line + b"\n")
    assert (code, err) == (0, "")
    assert json.loads(out)["id"] == 1


def test_help_needs_no_language_models() -> None:
    """The parser of all commands is built for each of them."""
    script = "import sys, bot.commands.parse_post; sys.exit('nlp.lead_post' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0
