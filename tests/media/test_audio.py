"""Bytes of a phone → samples: every format that comes, and everything that only looks like one."""

from __future__ import annotations

import contextlib
import io
import random
import struct
import subprocess
import sys
import wave
from datetime import timedelta
from pathlib import Path

import av
import numpy as np
import pytest

from chat.texts.speech import IN_HOUSE, TO_SENDER, to_operator, to_sender
from domain.speech import Problem
from media.audio import RATE, AudioProblem, decode, kind_of, look

AUDIO = Path(__file__).parents[1] / "data" / "audio"


def sound(name: str) -> bytes:
    return (AUDIO / name).read_bytes()


def wav(samples: bytes, rate: int = 8000, channels: int = 1) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(samples)
    return file.getvalue()


def problem_of(data: bytes, longest: timedelta = timedelta(seconds=61)) -> Problem:
    with pytest.raises(AudioProblem) as caught:
        decode(data, longest)
    return caught.value.code


@pytest.mark.parametrize(
    ("name", "kind", "seconds"),
    [
        ("memo.amr", "amr", 12.4), ("memo.awb", "amr-wb", 12.4), ("memo.spx", "ogg", 12.42),
        ("memo.speex", "speex", 12.42), ("short.wav", "wav", 2.5), ("short.mp3", "mp3", 2.5),
        ("short.m4a", "mp4", 2.56), ("short.aac", "aac", 2.69), ("short.ogg", "ogg", 2.5), ("short.3gp", "mp4", 2.52),
        ("one_second.amr", "amr", 1.02), ("sixty_seconds.amr", "amr", 60.02),
    ],
)  # fmt: skip
def test_each_format_gives_all_of_its_seconds_as_16_khz_mono(name: str, kind: str, seconds: float) -> None:
    audio = decode(sound(name))
    assert (audio.kind, audio.damaged) == (kind, 0)
    assert audio.seconds == pytest.approx(seconds, abs=0.05)
    samples = audio.samples()
    assert samples.dtype == np.float32
    assert len(samples) == pytest.approx(seconds * RATE, abs=0.05 * RATE)
    assert 0.3 < np.abs(samples).max() <= 1


@pytest.mark.parametrize(("name", "native"), [("dtx.amr", "amrnb"), ("dtx.awb", "amrwb")])
def test_a_sender_that_stops_in_pauses_is_heard_whole(name: str, native: str) -> None:
    """DTX: FFmpeg's own decoders, which PyAV takes by itself, refuse the silence frames."""
    audio = decode(sound(name))
    assert audio.damaged == 0
    assert audio.seconds == pytest.approx(8.5, abs=0.05)
    with av.open(str(AUDIO / name)) as container:
        stream = container.streams.audio[0]
        assert stream.codec_context.name == native
        with pytest.raises(av.error.PatchWelcomeError):
            list(container.decode(stream))


@pytest.mark.parametrize("name", ["memo.awb", "memo.spx", "memo.speex"])
def test_different_codecs_of_the_same_words_give_the_same_sound(name: str) -> None:
    """Loudness over time goes together: nothing is shifted, doubled or at the wrong speed."""

    def loudness(which: str) -> np.ndarray:
        samples = decode(sound(which)).samples()
        parts = samples[: len(samples) // 1600 * 1600].reshape(-1, 1600)
        return np.sqrt((parts**2).mean(axis=1))[:120]

    assert np.corrcoef(loudness("memo.amr"), loudness(name))[0, 1] > 0.9


def test_raw_speex_is_the_same_as_speex_in_ogg() -> None:
    ours, ogg = decode(sound("memo.speex")).samples(), decode(sound("memo.spx")).samples()
    assert np.array_equal(ours[: RATE * 12], ogg[: RATE * 12])


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", Problem.EMPTY), (b"#!AMR\n", Problem.EMPTY), (b"#!AMR-WB\n", Problem.EMPTY),
        (b"#!SILK_V3" + bytes(99), Problem.SILK), (b"\x02#!SILK_V3" + bytes(99), Problem.SILK),
        (b"\xff\xd8\xff\xe0" + bytes(99), Problem.NOT_AUDIO), (b"\x89PNG\r\n\x1a\n" + bytes(99), Problem.NOT_AUDIO),
        ("拜访记录".encode() * 20, Problem.NOT_AUDIO), (b"%PDF-1.7\n" + bytes(99), Problem.NOT_AUDIO),
        (b"#EXTM3U\nfile:///etc/passwd\n", Problem.NOT_AUDIO), (bytes(4000), Problem.NOT_AUDIO),
        (b"{}", Problem.NOT_AUDIO), (b"#!AMR\n" + b"\xff" * 500, Problem.BROKEN),
        (b"OggS" + b"\xff" * 500, Problem.BROKEN), (b"ID3" + b"\xff" * 500, Problem.BROKEN),
        (b"RIFF\xff\xff\xff\xffWAVE" + b"\xff" * 500, Problem.BROKEN),
        (bytes(4) + b"ftypM4A " + b"\xff" * 500, Problem.BROKEN), (b"\xff\xfb" + b"\xff" * 500, Problem.BROKEN),
    ],
)  # fmt: skip
def test_what_cannot_be_heard_is_told_apart(data: bytes, problem: Problem) -> None:
    assert problem_of(data) is problem


def test_silence_is_not_given_to_an_engine_that_would_dream_words_into_it() -> None:
    assert problem_of(sound("silence.amr")) is Problem.SILENT
    assert problem_of(wav(bytes(16_000))) is Problem.SILENT
    noise = np.random.default_rng(1).integers(-60, 60, 8000, np.int16)
    assert problem_of(wav(noise.tobytes())) is Problem.SILENT


def test_a_whisper_is_not_silence() -> None:
    whispered = (decode(sound("short.wav")).samples() * 700).astype(np.int16)
    assert decode(wav(whispered.tobytes(), RATE)).seconds == pytest.approx(2.5, abs=0.05)


def test_a_slip_of_the_thumb_is_too_short_and_one_second_is_enough() -> None:
    assert problem_of(sound("one_second.amr")[: 6 + 16 * 10]) is Problem.TOO_SHORT
    assert decode(sound("one_second.amr")).seconds == pytest.approx(1.02)


@pytest.mark.parametrize("name", ["memo.amr", "memo.awb", "memo.speex", "memo.spx", "short.mp3", "short.m4a"])
def test_longer_than_allowed_is_told_before_the_memory_is_full(name: str) -> None:
    assert problem_of(sound(name), timedelta(seconds=2)) is Problem.TOO_LONG


def test_sixty_seconds_are_a_voice_message_and_sixty_two_are_not() -> None:
    whole = sound("sixty_seconds.amr")
    assert decode(whole).seconds == pytest.approx(60.02)
    assert problem_of(whole + whole[6 : 6 + 13 * 100]) is Problem.TOO_LONG
    assert decode(whole + whole[6 : 6 + 13 * 100], timedelta(minutes=30)).seconds == pytest.approx(62.02)


@pytest.mark.parametrize("name", ["memo.amr", "memo.awb", "memo.speex", "memo.spx", "short.wav", "short.mp3"])
def test_a_truncated_file_is_heard_as_far_as_it_goes(name: str) -> None:
    data = sound(name)
    whole = decode(data).seconds
    # Ogg loses the page that was cut, here up to two seconds.
    assert decode(data[: len(data) * 3 // 5]).seconds == pytest.approx(whole * 0.6, rel=0.2)


def test_damage_in_the_middle_of_amr_keeps_what_came_before() -> None:
    data = bytearray(sound("memo.amr"))
    data[6 + 32 * 300] = 0xFF
    audio = decode(bytes(data))
    assert (audio.seconds, audio.damaged) == (pytest.approx(6.0), 1)


def test_the_name_and_the_label_of_a_file_do_not_count() -> None:
    """WeCom says Format=amr and a phone's recorder says .mp3, whatever is inside."""
    assert kind_of(sound("memo.awb")) == "amr-wb"
    assert kind_of(sound("short.3gp")) == "mp4"


@pytest.mark.parametrize(("rate", "channels"), [(1, 1), (4_000_000, 1), (8000, 200)])
def test_a_header_that_lies_does_not_fill_the_memory(rate: int, channels: int) -> None:
    assert problem_of(wav(b"\x00\x40" * 40_000, rate, channels)) is Problem.BROKEN


def test_a_film_without_sound_has_nothing_to_hear() -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as film:
        stream = film.add_stream("mpeg4", rate=10)
        assert isinstance(stream, av.VideoStream)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        for _ in range(3):
            film.mux(stream.encode(av.VideoFrame(32, 32, "yuv420p")))
        film.mux(stream.encode(None))
    assert problem_of(file.getvalue()) is Problem.NOT_AUDIO


def test_hostile_bytes_end_in_sound_or_in_a_problem() -> None:
    """Bits turned, files cut, headers kept with noise behind them."""
    chance = random.Random(20261124)
    names = sorted(path.name for path in AUDIO.iterdir() if path.suffix != ".md" and path.stat().st_size < 12_000)
    for _ in range(400):
        data = bytearray(sound(chance.choice(names)))
        for _ in range(chance.choice((1, 5, 60))):
            data[chance.randrange(min(len(data), chance.choice((40, 400, 10**6))))] = chance.randrange(256)
        if chance.random() < 0.3:
            data = data[: chance.choice((6, 9, 40, 100))] + chance.randbytes(chance.randrange(3000))
        with contextlib.suppress(AudioProblem):
            assert decode(bytes(data[: chance.randrange(1, len(data) + 1)])).seconds > 0


def test_an_accident_of_random_bytes_is_not_taken_for_speex() -> None:
    chance = random.Random(7)
    for _ in range(300):
        assert problem_of(b"\x20" + chance.randbytes(2000)) is Problem.NOT_AUDIO


def test_wav_for_a_server_holds_the_same_samples() -> None:
    audio = decode(sound("short.mp3"))
    with wave.open(io.BytesIO(audio.wav())) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        assert file.readframes(file.getnframes()) == audio.pcm
    assert struct.unpack("<h", audio.pcm[2000:2002])[0] == round(float(audio.samples()[1000]) * 32768)


@pytest.mark.parametrize(
    ("name", "seconds", "file_name"),
    [("dtx.amr", 8.52, "memo.amr"), ("memo.awb", 12.4, "memo.awb"), ("memo.speex", 12.42, "memo.spx"), ("short.m4a", 0, "memo.m4a")],
)  # fmt: skip
def test_looking_needs_no_decoder_and_still_knows_length_and_kind(
    name: str, seconds: float, file_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    audio = look(sound(name))
    assert (audio.original, audio.file_name, audio.seconds) == (sound(name), file_name, pytest.approx(seconds))
    with pytest.raises(AudioProblem, match="not_audio"):
        look(b"%PDF-1.7")
    with pytest.raises(AudioProblem, match="too_long"):
        look(sound("sixty_seconds.amr"), timedelta(seconds=30))


def test_without_pyav_there_is_one_sentence_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    assert problem_of(sound("memo.amr")) is Problem.NO_DECODER
    assert "pip install" in to_operator(Problem.NO_DECODER)


def test_pyav_and_numpy_are_loaded_with_the_first_memo_only() -> None:
    program = (
        "import sys, media.audio, media.speech; sys.exit(bool({'av', 'numpy', 'faster_whisper'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_every_problem_has_a_sentence_for_its_sender_and_every_one_of_the_house_a_cure() -> None:
    assert set(TO_SENDER) == {problem for problem in Problem if not problem.may_pass}
    assert set(IN_HOUSE) == {problem for problem in Problem if problem.may_pass}
    for problem in Problem:
        assert to_sender(problem).endswith("。")
        assert "！" not in to_sender(problem)
