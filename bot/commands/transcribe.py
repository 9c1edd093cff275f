"""dealbell transcribe: recordings → text with the engine of the settings (N1)."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands import FAILED, WRONG_USE, Stop, add_config, settings_of

if TYPE_CHECKING:
    from media.speech import Speech
    from settings.model import Settings


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "transcribe",
        help="录音 → 文字",
        description="用设置里的语音引擎把录音转成文字，一个文件一行：文件名、制表符、文字。听不了的写到标准错误。",
    )
    parser.add_argument("audio", metavar="AUDIO", nargs="+", type=Path, help="AMR、AMR-WB、Speex、WAV、MP3、M4A、OGG")
    parser.add_argument(
        "--hint", metavar="NAME", action="append", default=[], help="可能提到的客户名、产品名；可以写多次"
    )
    add_config(parser)


def run(args: Namespace) -> int:
    settings = settings_of(args)
    if settings.speech.engine == "off":
        raise Stop(WRONG_USE, 'speech.engine = "off"，不转文字；改成 "whisper"、"openai-whisper" 或 "remote" 再试。')
    if missing := [file for file in args.audio if not file.is_file()]:
        raise Stop(WRONG_USE, *(f"找不到文件 {file}。" for file in missing))
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    return asyncio.run(_transcribe(settings, args.audio, args.hint))


async def _transcribe(settings: Settings, files: list[Path], hints: list[str]) -> int:
    """A recording that cannot be heard stops none of the others."""
    from bot.speech import speech_of

    speech = speech_of(settings.speech)
    wrong = []
    try:
        for file in files:
            text, sentence = await _hear(speech, settings, file, hints)
            if sentence:
                wrong.append(file)
                print(f"{file}：{sentence}。", file=sys.stderr)
            else:
                print(f"{file}\t{text}", flush=True)
    finally:
        await speech.close()
    return FAILED if wrong else 0


async def _hear(speech: Speech, settings: Settings, file: Path, hints: list[str]) -> tuple[str, str]:
    """The text, or a sentence without its full stop."""
    from chat.texts.speech import to_operator
    from domain.speech import Unheard

    try:
        data = await asyncio.to_thread(file.read_bytes)
    except OSError as error:
        return "", f"读不了（{error.strerror}）"
    heard = await speech.hear(data, hints, settings.speech.recording_at_most)
    if isinstance(heard, Unheard):
        detail = f"（{heard.detail[:200]}）" if heard.detail and heard.problem.may_pass else ""
        return "", f"{to_operator(heard.problem)}{detail}"
    return heard.text, ""
