"""The pretend speech server: the words of the samples, an honest answer for everything else, and real sound in them."""

from __future__ import annotations

import aiohttp
import pytest

from media.audio import decode
from scheduler.clock import SystemClock
from simulator.media import voice_seconds
from simulator.pretend import PretendWeCom
from simulator.samples import Sample, demo_samples
from simulator.speech import UNKNOWN

VOICES = [sample for sample in demo_samples() if sample.kind == "voice"]


async def ask(wecom: PretendWeCom, data: bytes | None) -> tuple[int, dict[str, object]]:
    form = aiohttp.FormData({"model": "x", "language": "zh"})
    if data is not None:
        form.add_field("file", data, filename="memo.amr")
    url = f"{wecom.api_base}/v1/audio/transcriptions"
    async with aiohttp.ClientSession() as session, session.post(url, data=form) as answer:
        return answer.status, await answer.json()


async def test_it_knows_each_sample_and_says_that_it_knows_nothing_else() -> None:
    async with PretendWeCom.running(SystemClock()) as wecom:
        for sample in VOICES:
            assert await ask(wecom, sample.data()) == (200, {"text": sample.words})
        assert await ask(wecom, VOICES[0].data() + b"x") == (200, {"text": UNKNOWN})
        assert (await ask(wecom, None))[0] == 400


@pytest.mark.parametrize("sample", VOICES, ids=lambda sample: sample.id)
def test_a_sample_is_a_voice_message_that_can_really_be_heard(sample: Sample) -> None:
    audio = decode(sample.data())
    assert audio.kind in ("amr", "amr-wb", "speex")
    assert 3 < audio.seconds < 60
    assert audio.damaged == 0
    assert len(sample.words) / audio.seconds < 8
    assert voice_seconds(sample.data()) == round(audio.seconds)


def test_the_samples_show_each_of_the_codecs_that_wecom_gives() -> None:
    assert {decode(sample.data()).kind for sample in VOICES} == {"amr", "amr-wb", "speex"}


@pytest.mark.parametrize("data", [b"#!AMR\n", b"#!AMR\n\xff", b"\x00", "拜访".encode() * 99])
def test_a_voice_that_is_none_still_has_a_bubble(data: bytes) -> None:
    assert voice_seconds(data) >= 1
