"""The front door: `dealbell COMMAND …`. Each command is a module of bot/commands; heavy imports wait for run()."""

from __future__ import annotations

import argparse
import difflib
import importlib
import re
import sys
from typing import NoReturn

from bot.commands import WRONG_USE, Stop

COMMANDS = {
    "demo": "bot.commands.demo",
    "serve": "bot.commands.serve",
    "migrate": "bot.commands.migrate",
    "doctor": "bot.commands.doctor",
    "import": "bot.commands.import_",
    "backup": "bot.commands.backup",
    "restore": "bot.commands.restore",
    "parse-post": "bot.commands.parse_post",
    "match": "bot.commands.match",
    "transcribe": "bot.commands.transcribe",
    "extract": "bot.commands.extract",
    "replay": "bot.commands.replay",
    "export": "bot.commands.export",
    "erase": "bot.commands.erase",
}

_SAID = (
    (re.compile(r"the following arguments are required: (.+)"), "还要写 {0}"),
    (re.compile(r"unrecognized arguments: (.+)"), "不认识 {0}"),
    (re.compile(r"argument (\S+): expected one argument"), "{0} 后面要有值"),
    (re.compile(r"argument (\S+): invalid int value: '(.*)'"), "{0} 要写整数，现在是 {1}"),
)
_CHOICE = re.compile(r"argument (\S+): invalid choice: '?([^' ]*)'? \(choose from (.+)\)")


class _Parser(argparse.ArgumentParser):
    """argparse with one plain sentence instead of the usage and an English error."""

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG_USE, f"{_sentence(message)}；用法见 {self.prog} --help。\n")


def _sentence(message: str) -> str:
    for pattern, sentence in _SAID:
        if found := pattern.fullmatch(message):
            return sentence.format(*found.groups())
    if found := _CHOICE.fullmatch(message):
        known = re.findall(r"[\w-]+", found[3])
        close = difflib.get_close_matches(found[2], known, n=1)
        return f"没有“{found[2]}”；" + (f"是不是 {close[0]}？" if close else f"可以写 {'、'.join(known)}")
    return re.sub(r"^argument (\S+): ", r"\1 ", message)


def parser() -> argparse.ArgumentParser:
    top = _Parser(prog="dealbell", description="跟单铃：住在企业微信里的销售助手")
    subparsers = top.add_subparsers(metavar="COMMAND", required=True, dest="command")
    for module in COMMANDS.values():
        importlib.import_module(module).add_parser(subparsers)
    return top


def main(argv: list[str] | None = None) -> int:
    args = parser().parse_args(argv)
    try:
        return int(importlib.import_module(COMMANDS[args.command]).run(args))
    except Stop as stop:
        for sentence in stop.sentences:
            print(sentence, file=sys.stderr)  # noqa: T201
        return stop.code
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
