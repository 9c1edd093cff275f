"""dealbell transcribe: recordings → text with the engine of the settings (N1)."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands import FAILED, add_config, settings_of

if TYPE_CHECKING:
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
    return asyncio.run(_transcribe(settings_of(args), args.audio, args.hint))


async def _transcribe(settings: Settings, files: list[Path], hints: list[str]) -> int:
    import aiohttp

    from bot.speech import speech_of
    from chat.texts.speech import to_operator
    from domain.speech import Unheard

    code = 0
    async with aiohttp.ClientSession() as session:
        speech = speech_of(settings.speech, session)
        try:
            for file in files:
                try:
                    data = await asyncio.to_thread(file.read_bytes)
                except OSError as error:
                    code = FAILED
                    print(f"{file}：读不了（{error.strerror}）。", file=sys.stderr)
                    continue
                heard = await speech.hear(data, hints, settings.speech.recording_at_most)
                if isinstance(heard, Unheard):
                    code = FAILED
                    print(f"{file}：{to_operator(heard.problem)}。", file=sys.stderr)
                    continue
                print(f"{file}\t{heard.text}", flush=True)
        finally:
            await speech.close()
    return code
