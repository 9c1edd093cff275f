"""Bytes of what members sent: fetched at once, kept whole, given up only when WeCom no longer has them."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from media.store import FolderStore
from simulator.weather import Loss, Outage
from storage.database import Database
from storage.tables import media
from tests.kit.desk import Desk, sitting

AMR = b"#!AMR\n" + bytes(range(256)) * 20
JPEG = b"\xff\xd8\xff" + bytes(range(256)) * 20
GET_MEDIA = "/cgi-bin/media/get"


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    async with sitting(database, tmp_path) as ready:
        yield ready


@dataclass(frozen=True)
class Kept:
    state: str
    sha256: str
    size: int
    file_name: str
    content_type: str


async def kept(desk: Desk) -> list[Kept]:
    columns = (media.c.state, media.c.sha256, media.c.size, media.c.file_name, media.c.content_type)
    async with desk.house.database.reading() as connection:
        rows = await connection.execute(sa.select(*columns).order_by(media.c.id))
        return [Kept(*row) for row in rows]


async def states(desk: Desk) -> list[str]:
    return [one.state for one in await kept(desk)]


def bytes_of(desk: Desk, one: Kept) -> bytes:
    return (desk.house.settings.media.folder / one.sha256[:2] / one.sha256).read_bytes()


async def test_a_voice_memo_to_the_app_is_kept_whole_under_its_checksum(desk: Desk) -> None:
    """V4: the original, unaltered."""
    await desk.wecom.send_media("zhangwei", "voice", AMR)
    await desk.settle()
    (one,) = await kept(desk)
    assert (one.state, one.size, one.content_type) == ("fetched", len(AMR), "audio/amr")
    assert one.sha256 == hashlib.sha256(AMR).hexdigest()
    assert bytes_of(desk, one) == AMR


@pytest.mark.parametrize(("kind", "name", "data"), [("file", "流水 11月.csv", b"a,b\n1,2\n" * 99), ("image", "", JPEG)])
async def test_what_was_sent_to_the_smart_bot_is_decrypted_and_keeps_its_name(
    desk: Desk, kind: str, name: str, data: bytes
) -> None:
    await desk.wecom.send_media("qianfang", kind, data, name, to="bot")
    await desk.settle()
    (one,) = await kept(desk)
    assert (one.state, one.size) == ("fetched", len(data))
    assert bytes_of(desk, one) == data
    if name:
        assert one.file_name == name


async def test_the_same_bytes_twice_are_one_file(desk: Desk) -> None:
    await desk.wecom.send_media("zhangwei", "image", JPEG)
    await desk.wecom.send_media("lina", "image", JPEG)
    await desk.settle()
    first, second = await kept(desk)
    assert first.sha256 == second.sha256
    files = [path for path in desk.house.settings.media.folder.rglob("*") if path.is_file()]
    assert [path.name for path in files] == [first.sha256]


async def test_the_same_bytes_kept_by_many_at_once_are_one_whole_file(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    data = bytes(1 << 20)
    sums = await asyncio.gather(*(store.keep(data) for _ in range(16)))
    assert len(set(sums)) == 1
    assert [path.read_bytes() == data for path in tmp_path.rglob("*") if path.is_file()] == [True]


async def test_slow_media_holds_up_neither_the_answer_nor_other_messages(desk: Desk) -> None:
    desk.wecom.weather.hold_media()
    await desk.wecom.send_media("zhangwei", "voice", AMR)
    await desk.house.worker.drain()
    fetching = asyncio.create_task(desk.house.media.fetch_due())
    await desk.wecom.wait_for(lambda: desk.wecom.calls(GET_MEDIA))
    await desk.wecom.say_to_app("zhangwei", "待办")
    await desk.house.worker.drain()
    await desk.house.sender.drain()
    assert [text[:4] for text in desk.texts("zhangwei")] == ["语音收到", "没有待办"]
    assert await states(desk) == ["wanted"]
    desk.wecom.weather.release_media()
    await fetching
    assert await states(desk) == ["fetched"]


@pytest.mark.parametrize("trouble", ["down", "503", "answer lost", "busy", "limit", "token", "untrusted IP"])
async def test_passing_trouble_is_outlived(desk: Desk, trouble: str) -> None:
    weather = desk.wecom.weather
    match trouble:
        case "down":
            weather.go_down()
        case "503":
            weather.go_down(Outage.UNAVAILABLE)
        case "answer lost":
            weather.lose_answers(3, GET_MEDIA, Loss.CLOSE)
        case "busy":
            weather.answer_with(-1, GET_MEDIA)
        case "limit":
            weather.answer_with(45009, GET_MEDIA)
        case "token":
            weather.answer_with(42001, GET_MEDIA, times=2)
        case _:
            weather.answer_with(60020, GET_MEDIA)
    await desk.wecom.send_media("zhangwei", "voice", AMR)
    await desk.settle()
    assert await states(desk) == ["wanted"]
    weather.come_back()
    desk.clock.advance(timedelta(minutes=1))
    await desk.settle()
    await desk.settle()
    assert await states(desk) == ["fetched"]


async def test_media_that_has_expired_is_given_up_and_both_sides_are_told_once(desk: Desk) -> None:
    """40007: WeCom has forgotten it. Only the sender can help."""
    desk.wecom.weather.answer_with(40007, GET_MEDIA, times=5)
    await desk.wecom.send_media("zhangwei", "voice", AMR)
    await desk.settle()
    await desk.pass_time(minutes=30)
    assert await states(desk) == ["lost"]
    assert len(desk.wecom.calls(GET_MEDIA)) == 1
    assert desk.texts("zhangwei")[1:] == ["你发的语音没有取到，请再发一次。"]
    assert len([text for text in desk.texts("sunyue") if "没取到" in text and "40007" in text]) == 1


async def test_media_of_the_app_is_tried_for_three_days(desk: Desk) -> None:
    await desk.wecom.send_media("zhangwei", "voice", AMR)
    await desk.house.worker.drain()
    desk.wecom.weather.answer_with(-1, GET_MEDIA, times=1000)
    for _ in range(20):
        await desk.house.media.fetch_due()
        desk.clock.advance(timedelta(hours=1))
    assert await states(desk) == ["wanted"]
    desk.clock.advance(timedelta(hours=53))
    await desk.house.media.fetch_due()
    assert await states(desk) == ["lost"]


async def test_media_of_the_smart_bot_is_given_up_after_five_minutes(desk: Desk) -> None:
    await desk.wecom.send_media("qianfang", "file", b"a,b\n" * 9, "流水.csv", to="bot")
    await desk.house.worker.drain()
    desk.clock.advance(timedelta(minutes=5, seconds=1))
    await desk.settle()
    assert await states(desk) == ["lost"]
    assert "你发的文件没有取到，请再发一次。" in desk.texts("qianfang")


async def test_a_file_over_the_limit_of_the_settings_is_not_taken_and_its_sender_knows(
    database: Database, tmp_path: Path
) -> None:
    """[limits] media_mb; the operators need not hear of it."""
    async with sitting(database, tmp_path, changes={"limits": {"media_mb": 1}}) as desk:
        await desk.wecom.send_media("zhangwei", "image", JPEG + bytes(1 << 20))
        await desk.wecom.send_media("zhangwei", "image", JPEG)
        await desk.settle()
        assert await states(desk) == ["lost", "fetched"]
        assert "你发的照片超过 1 MB，没有存下。请压缩或拆开后再发。" in desk.texts("zhangwei")
        assert desk.texts("sunyue") == []


async def test_a_full_disk_is_outlived_and_leaves_no_half_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    written = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        written(self, data[:10])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(Path, "write_bytes", full)
        await desk.wecom.send_media("zhangwei", "voice", AMR)
        await desk.settle()
    assert await states(desk) == ["wanted"]
    assert [path for path in desk.house.settings.media.folder.rglob("*") if path.is_file()] == []
    desk.clock.advance(timedelta(minutes=1))
    await desk.settle()
    (one,) = await kept(desk)
    assert one.state == "fetched"
    assert bytes_of(desk, one) == AMR
