"""A rep talks, the words come: the whole way from a voice message to what was understood (N1)."""

from __future__ import annotations

import io
import sys
import wave
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from chat.texts.speech import LATER, TO_SENDER
from domain.memos import MemoState
from domain.speech import Problem
from handlers.evidence import VOICE
from media.speech import prompt_of
from simulator.samples import demo_samples
from storage.database import Database
from storage.tables import media
from tests.kit.desk import Desk, sitting
from tests.kit.scripted_whisper import ENGINES, scripted

REP = "zhangwei"
MEMO, PRICE, *_ = VOICES = [sample for sample in demo_samples() if sample.kind == "voice"]
AUDIO = Path(__file__).parents[1] / "data" / "audio"
CUSTOMER = "恒达机械"
SAID = "剛從恒達機械出來，王總說要三百套，預算五十萬，下週三之前報價。"
HEARD = "刚从恒达机械出来，王总说要三百套，预算五十万，下周三之前报价。"


def sound(name: str) -> bytes:
    return (AUDIO / name).read_bytes()


async def hear(desk: Desk) -> None:
    """What the loop does when it is its turn, in the real speech process."""
    while await desk.house.transcriptions.hear_next():
        await desk.settle()


async def kept(desk: Desk) -> list[str]:
    """Checksums of the sounds, each of which lies in the store unaltered."""
    async with desk.house.database.reading() as connection:
        sums = list((await connection.execute(sa.select(media.c.sha256).order_by(media.c.id))).scalars())
    for one in sums:
        await desk.house.store.read(one)
    return sums


# With the pretend speech server


async def test_a_voice_memo_is_acknowledged_at_once_and_its_words_become_a_card(desk: Desk) -> None:
    before = await desk.send_voice(REP, MEMO.data())
    assert [message.text[:4] for message in before] == ["语音收到"]
    await hear(desk)
    (card,) = desk.cards(REP)
    assert MEMO.words in " ".join([card.title, card.subtitle, card.text, *(" ".join(line) for line in card.lines)])
    assert card.buttons


async def test_several_memos_are_heard_in_order(desk: Desk) -> None:
    for sample in (MEMO, PRICE):
        await desk.wecom.send_media(REP, "voice", sample.data())
    await desk.settle()
    await hear(desk)
    assert len(desk.cards(REP)) == 2


async def test_a_speech_server_that_is_away_costs_time_and_no_memo(desk: Desk) -> None:
    """The sender is told once that the words come later; then they come."""
    desk.wecom.weather.is_speech_away = True
    await desk.send_voice(REP, MEMO.data())
    for wait in (0, 10, 60):
        desk.clock.advance(timedelta(seconds=wait))
        await hear(desk)
    assert [text for text in desk.texts(REP) if "晚一点" in text] == [LATER]
    assert desk.cards(REP) == []
    desk.wecom.weather.is_speech_away = False
    desk.clock.advance(timedelta(minutes=6))
    await hear(desk)
    assert len(desk.cards(REP)) == 1


async def test_a_memo_that_wecom_no_longer_has_is_asked_for_once(desk: Desk) -> None:
    """40007: who fetches it tells; the speech loop, which gives it up too, need not say the same again."""
    desk.wecom.weather.answer_with(40007, "/cgi-bin/media/get")
    await desk.send_voice(REP, MEMO.data())
    await hear(desk)
    assert desk.texts(REP) == [VOICE, "你发的语音没有取到，请再发一次。"]
    await desk.send_voice(REP, MEMO.data())
    await hear(desk)
    assert len(desk.cards(REP)) == 1


async def test_a_full_disk_delays_a_memo_and_its_sender_hears_of_it_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(Path, "write_bytes", full)
        await desk.send_voice(REP, MEMO.data())
        await hear(desk)
        await desk.pass_time(minutes=2)
    assert len([text for text in desk.texts(REP) if "存储暂时写不进去" in text]) == 1
    assert desk.cards(REP) == []
    await desk.pass_time(minutes=15)
    await hear(desk)
    assert len(desk.cards(REP)) == 1
    assert len(await kept(desk)) == 1


# With the real engine, whose checkpoint is scripted


@pytest.fixture(scope="module", params=ENGINES)
def speech(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The [speech] section. The model says SAID when it is prompted with the customer, and something else when not."""
    model = scripted(request.param, tmp_path_factory.mktemp("model"), SAID, prompt_of([CUSTOMER]))
    return {"engine": request.param, "model": model, "threads": 1}


@pytest.fixture
async def rep(real: Desk) -> str:
    """Works on a lead of the customer, whose name goes along with what they say."""
    await real.post(f"【线索响应】{CUSTOMER} 13800001111 X200 展会")
    (holder,) = real.holders("新线索")
    return holder


@pytest.fixture
async def real(database: Database, tmp_path: Path, speech: dict[str, object]) -> AsyncIterator[Desk]:
    async with sitting(database, tmp_path, changes={"speech": speech}) as ready:
        yield ready


async def test_real_sound_of_each_codec_becomes_a_card_in_the_reps_window(real: Desk, rep: str) -> None:
    """Callback, bytes, store, speech process, words, facts, card: AMR-NB, AMR-NB with DTX, AMR-WB and Speex."""
    sounds = [MEMO.data(), sound("dtx.amr"), *(voice.data() for voice in VOICES[-2:])]
    for number, data in enumerate(sounds, start=1):
        (answer,) = await real.send_voice(rep, data)
        assert answer.text == VOICE
        await hear(real)
        assert real.titles(rep)[-1] == f"M{number} 听到这些，对吗"
    for card in real.cards(rep)[-len(sounds) :]:
        rows = dict(card.lines)
        assert (rows["客户"], rows["预算"]) == (CUSTOMER, "50万")
    async with real.work() as work:
        memos = await work.memos.of_sender(rep, 10)
        assert {memo.text for memo in memos} == {HEARD}
    assert len(await kept(real)) == len(sounds)


@pytest.mark.parametrize(
    ("data", "times"),
    [
        pytest.param(sound("one_second.amr"), {1}, id="one second"),
        pytest.param(sound("sixty_seconds.amr"), {2, 3}, id="sixty seconds"),
        pytest.param(sound("memo.amr")[:12_345], {1}, id="truncated"),
        pytest.param(sound("short.mp3"), {1}, id="an MP3 that calls itself AMR"),
    ],
)
async def test_what_can_be_heard_is_heard_however_it_came(real: Desk, rep: str, data: bytes, times: set[int]) -> None:
    """The checkpoint says its sentence once for each window."""
    await real.send_voice(rep, data)
    await hear(real)
    async with real.work() as work:
        (memo,) = await work.memos.of_sender(rep, 5)
        assert memo.text in {HEARD * count for count in times}
    assert len([title for title in real.titles(rep) if title.startswith("M1")]) == 1


@pytest.mark.kill
async def test_a_speech_process_killed_in_the_middle_costs_ten_seconds_and_nobody_hears_of_it(
    real: Desk, rep: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = tmp_path / "killed"
    process = real.house.transcriptions._speech
    monkeypatch.setattr(
        process, "_command", (sys.executable, "-m", "tests.kit.speech_killed_once", str(killed), "speech.decoded")
    )
    await real.send_voice(rep, MEMO.data())
    await hear(real)
    assert killed.exists()
    assert real.texts(rep) == [VOICE]
    real.clock.advance(timedelta(seconds=10))
    await hear(real)
    assert real.texts(rep) == [VOICE]
    assert real.titles(rep)[-1] == "M1 听到这些，对吗"


# What cannot be heard: decoded in the speech process, told in one sentence, kept, and nobody is harmed


def lying_wav() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(4_000_000)
        out.writeframes(b"\x00\x40" * 40_000)
    return file.getvalue()


@pytest.fixture
async def decoding(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    async with sitting(database, tmp_path, changes={"speech": {"send": "wav"}}) as ready:
        yield ready


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        pytest.param(b"", Problem.EMPTY, id="empty"),
        pytest.param(b"#!AMR\n", Problem.EMPTY, id="a header alone"),
        pytest.param(sound("silence.amr"), Problem.SILENT, id="silent"),
        pytest.param(sound("one_second.amr")[:166], Problem.TOO_SHORT, id="a slip of the thumb"),
        pytest.param(sound("sixty_seconds.amr") + sound("memo.amr")[6:], Problem.TOO_LONG, id="72 seconds"),
        pytest.param(b"\xff\xd8\xff\xe0" + bytes(5000), Problem.NOT_AUDIO, id="a photo that calls itself AMR"),
        pytest.param(b"\x02#!SILK_V3" + bytes(200), Problem.SILK, id="another messenger's"),
        pytest.param(b"#!AMR\n" + b"\xff" * 5000, Problem.BROKEN, id="hostile: no frames behind the header"),
        pytest.param(b"#EXTM3U\nfile:///etc/passwd\n", Problem.NOT_AUDIO, id="hostile: a list of other files"),
        pytest.param(lying_wav(), Problem.BROKEN, id="hostile: a header that lies"),
    ],
)
async def test_what_cannot_be_heard_is_told_once_and_kept(decoding: Desk, data: bytes, problem: Problem) -> None:
    await decoding.send_voice(REP, data)
    await hear(decoding)
    assert decoding.texts(REP) == [VOICE, TO_SENDER[problem]]
    assert decoding.cards(REP) == []
    assert len(await kept(decoding)) == 1
    async with decoding.work() as work:
        (memo,) = await work.memos.of_sender(REP, 5)
        assert (memo.state, memo.problem) == (MemoState.WAITING_FOR_WORDS, problem)
    # The sound's fault and nobody else's: the process is well, and nothing is tried again.
    assert decoding.house.transcriptions.trouble is None
    decoding.clock.advance(timedelta(days=1))
    await hear(decoding)
    assert decoding.texts(REP) == [VOICE, TO_SENDER[problem]]
