"""kill -9 of the server, or of its speech process, at any point of a voice memo's way: its words come, and come once."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.points import SPEECH_POINTS, TRANSCRIPTION_POINTS
from media.speech import Recipe, prompt_of
from media.speech_process import SpeechProcess
from media.store import FolderStore
from scheduler import transcriptions as loop
from scheduler.clock import SystemClock
from scheduler.transcriptions import Transcriptions
from storage.database import Database
from storage.tables import inbox, transcriptions
from storage.unit_of_work import begin_work
from tests.kit import scripted_whisper
from tests.kit.clock import FakeClock

pytestmark = pytest.mark.kill
ROOT = Path(__file__).parents[2]
MEMO = (ROOT / "tests/data/audio/memo.amr").read_bytes()
SAID = "王总要三百套，下周三报价"
ENVIRONMENT = os.environ | {"HF_HUB_OFFLINE": "1"}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(scripted_whisper.faster_whisper(tmp_path_factory.mktemp("model") / "scripted", SAID, prompt_of(())))


async def memo(database: Database, folder: Path) -> None:
    now = SystemClock().now() - timedelta(minutes=5)
    async with begin_work(database, now, actor="lina") as work:
        await work.media.want("app:1", "lina", "voice", {"media_id": "1"}, "")
        await work.transcriptions.want("app:1", "lina")
        (wanted,) = await work.media.due(1)
        await work.media.fetched(wanted.media_pk, await FolderStore(folder).keep(MEMO), len(MEMO), "audio/amr", "")


async def words(database: Database) -> list[str]:
    async with database.reading() as connection:
        rows = await connection.execute(sa.select(inbox.c.payload).where(inbox.c.key.like("transcribed:%")))
        return [json.loads(payload)["text"] for payload in rows.scalars()]


async def run_loop(url: str, model: str, folder: Path, kill_at: str = "") -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.kit.speech_loop", url, model, str(folder),
        cwd=ROOT, env=ENVIRONMENT | {"DEALBELL_TEST_KILL_AT": kill_at},
    )  # fmt: skip
    async with asyncio.timeout(60):
        return await process.wait()


@pytest.mark.parametrize("point", TRANSCRIPTION_POINTS)
async def test_a_server_killed_around_a_memo_leaves_its_words_to_the_next_one(
    point: str, database: Database, database_url: str, model: str, tmp_path: Path
) -> None:
    await memo(database, tmp_path)
    assert await run_loop(database_url, model, tmp_path, kill_at=point) == -signal.SIGKILL
    assert await words(database) == []
    if not database.is_sqlite:
        # Another replica waits for the lease to run out; the only process of a SQLite database need not.
        async with database.writing() as connection:
            await connection.execute(sa.update(transcriptions).values(lease_until=SystemClock().now() - loop.LEASE))
    assert await run_loop(database_url, model, tmp_path) == 0
    assert await words(database) == [SAID]


@pytest.mark.parametrize("point", SPEECH_POINTS)
async def test_a_speech_process_killed_at_any_point_costs_one_try_and_no_memo(
    point: str, database: Database, model: str, tmp_path: Path
) -> None:
    await memo(database, tmp_path)
    clock = FakeClock(SystemClock().now())
    command = (sys.executable, "-m", "tests.kit.speech_killed_once", str(tmp_path / "killed"), point)
    speech = SpeechProcess(command, Recipe("whisper", model, threads=1), environment={"HF_HUB_OFFLINE": "1"})
    hearing = Transcriptions(
        database, clock, speech, FolderStore(tmp_path).read, recording_at_most=timedelta(minutes=1)
    )  # fmt: skip
    try:
        assert await hearing.hear_next()
        assert (tmp_path / "killed").exists()
        assert await words(database) == []
        clock.advance(timedelta(seconds=10))
        assert await hearing.hear_next()
        assert await words(database) == [SAID]
    finally:
        await hearing.close()
