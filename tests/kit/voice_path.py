"""From the row of a voice message's callback to its card, in a process that a test can kill: `serve` without its doors.

python -m tests.kit.voice_path DATABASE-URL FOLDER WECOM SPEECH-URL
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.app import build, prepare
from bot.demo import demo_settings
from scheduler.clock import SystemClock
from simulator.company import demo_company
from storage.database import Database
from tests.kit.desk import settings_with


async def run(url: str, folder: str, wecom: str, speech: str) -> None:
    settings = demo_settings(demo_company(), wecom=wecom, product="http://127.0.0.1:1", data=Path(folder))
    settings = settings_with(settings, {"speech": {"url": speech}})
    database = Database(url)
    await prepare(database)
    async with build(settings, SystemClock(), database) as house:
        await house.worker.drain()
        await house.media.fetch_due()
        await house.transcriptions.hear_next()
        await house.worker.drain()
        await house.sender.drain()
    await database.close()


if __name__ == "__main__":
    asyncio.run(run(*sys.argv[1:]))
