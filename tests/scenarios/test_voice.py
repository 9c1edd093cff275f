"""A rep talks, the words come: the whole way from a voice message to what was understood (N1)."""

from __future__ import annotations

from datetime import timedelta

from chat.texts.speech import LATER
from simulator.samples import demo_samples
from tests.kit.desk import Desk

REP = "zhangwei"
MEMO, PRICE, *_ = (sample for sample in demo_samples() if sample.kind == "voice")


async def hear(desk: Desk) -> None:
    """What the loop does when it is its turn, in the real speech process, with the pretend speech server."""
    while await desk.house.transcriptions.hear_next():
        await desk.settle()


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


async def test_a_silk_file_from_another_messenger_gets_a_clear_sentence(desk: Desk) -> None:
    await desk.send_voice(REP, b"\x02#!SILK_V3" + bytes(200))
    await hear(desk)
    assert "Silk" in desk.texts(REP)[-1]
    assert desk.texts(REP)[-1].endswith("或直接打字。")


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
