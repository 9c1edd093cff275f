"""kill -9 of the server, or of its speech process, at any point of a voice memo's way: its words come, and come once."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from aiohttp import web

from bot.app import listening
from bot.points import MEDIA_POINTS, SPEECH_POINTS, TRANSCRIPTION_POINTS
from handlers.evidence import VOICE
from media.speech import Recipe, prompt_of
from media.speech_process import SpeechProcess
from media.store import FolderStore
from scheduler.clock import SystemClock
from scheduler.transcriptions import LEASE, Transcriptions
from simulator.samples import demo_samples
from storage.database import Database
from storage.tables import inbox, transcriptions
from storage.unit_of_work import begin_work
from tests.kit import scripted_whisper
from tests.kit.clock import FakeClock
from tests.kit.desk import Desk, sitting

pytestmark = pytest.mark.kill
ROOT = Path(__file__).parents[2]
MEMO = (ROOT / "tests/data/audio/memo.amr").read_bytes()
SAID = "王总要三百套，下周三报价"
REP = "zhangwei"
SAMPLE = next(sample for sample in demo_samples() if sample.words)
CARD = "M1 没找到客户“恒达机械”"


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


class VoiceMessage:
    """Its callback has been acknowledged; what follows happens in processes that are killed."""

    def __init__(self, desk: Desk, url: str, folder: Path) -> None:
        self._desk = desk
        self._url = url
        self._folder = folder
        self.process: Process | None = None

    async def go_on(self, speech_url: str = "", kill_at: str = "") -> int:
        api = self._desk.wecom.api_base
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.kit.voice_path", self._url, str(self._folder), api, speech_url or f"{api}/v1",
            cwd=ROOT, env=os.environ | {"DEALBELL_TEST_KILL_AT": kill_at},
        )  # fmt: skip
        async with asyncio.timeout(60):
            return await self.process.wait()

    async def lease_runs_out(self) -> None:
        """Another replica waits for that; the only process of a SQLite database need not."""
        if not self._desk.house.database.is_sqlite:
            async with self._desk.house.database.writing() as connection:
                await connection.execute(sa.update(transcriptions).values(lease_until=SystemClock().now() - LEASE))

    def what_arrived(self) -> list[str]:
        """Titles of cards, and texts."""
        return [said.card.title if said.card else said.text for said in self._desk.wecom.inbox_of(REP)]


@pytest.fixture
async def message(database: Database, database_url: str, tmp_path: Path) -> AsyncIterator[VoiceMessage]:
    async with sitting(database, tmp_path, clock=FakeClock(SystemClock().now())) as desk:
        await desk.wecom.send_media(REP, "voice", SAMPLE.data())
        yield VoiceMessage(desk, database_url, tmp_path)


@pytest.mark.parametrize("point", [*MEDIA_POINTS, *TRANSCRIPTION_POINTS])
async def test_a_server_killed_anywhere_between_the_bytes_and_the_words_shows_the_card_once(
    point: str, message: VoiceMessage
) -> None:
    """Before, with and after the bytes; before and under the lease; with the words, before and after they are kept."""
    assert await message.go_on(kill_at=point) == -signal.SIGKILL
    await message.lease_runs_out()
    assert await message.go_on() == 0
    assert message.what_arrived() == [VOICE, CARD]


async def test_a_server_killed_while_a_memo_is_being_heard_shows_the_card_once(message: VoiceMessage) -> None:
    """The speech process has decoded it and waits for the words."""
    asked = 0

    async def transcribe(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        if asked == 1:
            assert message.process is not None
            message.process.kill()
        return web.json_response({"text": SAMPLE.words})

    app = web.Application()
    app.router.add_post("/audio/transcriptions", transcribe)
    async with listening(app, "127.0.0.1", 0) as port:
        url = f"http://127.0.0.1:{port}"
        assert await message.go_on(url) == -signal.SIGKILL
        await message.lease_runs_out()
        assert await message.go_on(url) == 0
    assert asked == 2
    assert message.what_arrived() == [VOICE, CARD]


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
