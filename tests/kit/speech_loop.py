"""The loop that hears one waiting recording, in a process that a test can kill: `serve` without its doors.

python -m tests.kit.speech_loop DATABASE-URL MODEL FOLDER
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from bot.app import prepare
from bot.points import reached
from bot.speech import speech_of
from media.store import FolderStore
from scheduler.clock import SystemClock
from scheduler.transcriptions import Transcriptions
from settings.model import Speech
from storage.database import Database


async def run(url: str, model: str, folder: str) -> None:
    database = Database(url)
    await prepare(database)
    hearing = Transcriptions(
        database,
        SystemClock(),
        speech_of(Speech(model=model, threads=1)),
        FolderStore(Path(folder)).read,
        recording_at_most=timedelta(minutes=1),
        reached=reached,
    )
    assert await hearing.hear_next()
    await hearing.close()
    await database.close()


if __name__ == "__main__":
    asyncio.run(run(*sys.argv[1:]))
