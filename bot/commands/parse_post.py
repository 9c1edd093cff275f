"""`dealbell parse-post`: group posts → leads, without server or database (L1)."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TextIO

from nlp.lead_post import as_labels, parse_post

_UTF8 = "utf-8"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "parse-post",
        help="group post → leads, without server or database",
        description="Reads one post from the arguments or stdin and prints what is understood as JSON. "
        'With --jsonl: a line {"id","text"} in, a line {"id","result"} out.',
    )
    parser.add_argument("text", nargs="*", help="the post; stdin when left out")
    parser.add_argument("--jsonl", action="store_true", help="many posts from stdin, one JSON object a line")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    source, out = _utf8(sys.stdin), _utf8(sys.stdout)
    if args.jsonl:
        return _run_jsonl(source, out)
    text = " ".join(args.text) or source.read()
    print(json.dumps(as_labels(parse_post(text)), ensure_ascii=False, indent=2), file=out, flush=True)
    return 0


def _utf8(stream: TextIO) -> TextIO:
    """Posts are UTF-8 whatever the locale says; half a surrogate in JSON must not stop the output."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding=_UTF8, errors="surrogateescape")
    return stream


def _run_jsonl(source: TextIO, out: TextIO) -> int:
    failed = False
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        try:
            post = json.loads(line)
            name, text = post["id"], post["text"]
            if not isinstance(text, str):
                raise TypeError("text is no string")
        except (ValueError, KeyError, TypeError) as wrong:
            failed = True
            print(
                f'line {number}: not an object with id and text ({wrong}); write {{"id": …, "text": …}}',
                file=sys.stderr,
            )
            continue
        print(json.dumps({"id": name, "result": as_labels(parse_post(text))}, ensure_ascii=False), file=out)
    out.flush()
    return int(failed)
