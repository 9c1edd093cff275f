"""Voice memos and call recordings → samples, in process with PyAV; what cannot be heard becomes a code (N1).

What a file is, its first bytes say; names and content types are not looked at. Demuxers are named instead of guessed,
so that hostile bytes cannot choose one that opens other files. PyAV is imported with the first memo: it belongs to
the extras `speech`, `speech-openai` and `speech-remote`.
"""

from __future__ import annotations

import array
import io
import struct
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from domain.speech import VOICE_LONGEST, Problem

if TYPE_CHECKING:
    import numpy as np
    from av import AudioFrame, AudioResampler
    from av.audio.codeccontext import AudioCodecContext
    from numpy.typing import NDArray

RATE = 16_000
"""Samples a second, as Whisper wants them."""
SHORTEST = 0.3
"""Seconds: a slip of the thumb."""
QUIETEST = 100
"""Of 32768, about -50 dBFS: comfort noise of AMR stays below 20, a whisper into a phone goes above 500."""
RATES = range(4_000, 192_001)
CHANNELS = 8
"""Outside of these a header lies, and resampling would fill the memory."""


class SpeechProblem(Exception):
    """Why audio did not become text."""

    def __init__(self, code: Problem, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class AudioProblem(SpeechProblem):
    """The bytes cannot be heard."""


@dataclass(frozen=True, slots=True)
class Audio:
    original: bytes
    kind: str
    """amr, amr-wb, speex, wav, mp3, mp4, ogg or aac"""
    seconds: float
    """0 where nobody has decoded it and it does not say."""
    pcm: bytes = b""
    """Signed 16 bit, mono, RATE, in the machine's own byte order. Empty where it was only looked at."""
    damaged: int = 0
    """Packets that could not be decoded and are missing."""

    @property
    def file_name(self) -> str:
        """What a server that goes by names would call it."""
        return f"memo.{_SUFFIX.get(self.kind, self.kind)}"

    def samples(self) -> NDArray[np.float32]:
        """Between -1 and 1."""
        import numpy as np

        return np.frombuffer(self.pcm, np.int16).astype(np.float32) / np.float32(32768)

    def wav(self) -> bytes:
        """As a file that any speech server reads."""
        file = io.BytesIO()
        with wave.open(file, "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(RATE)
            out.writeframes(self.pcm)
        return file.getvalue()


def decode(data: bytes, longest: timedelta = VOICE_LONGEST) -> Audio:
    """Raises AudioProblem. A damaged or truncated file gives what can still be heard of it."""
    kind = kind_of(data)
    try:
        import av
    except ImportError as missing:
        raise AudioProblem(Problem.NO_DECODER, str(missing)) from None
    sink = _Sink(longest)
    try:
        if kind in _AMR:
            _decode_amr(data, kind, sink)
        elif kind == "speex":
            _decode_speex(data, sink)
        else:
            _decode_container(data, kind, sink)
        sink.flush()
    except av.codec.codec.UnknownCodecError as missing:
        raise AudioProblem(Problem.NO_DECODER, str(missing)) from None
    except (av.error.FFmpegError, ValueError, MemoryError) as error:
        # What came before it is still worth hearing.
        sink.damaged += 1
        if not sink.pcm:
            raise AudioProblem(Problem.BROKEN, str(error)) from None
    return _worth_hearing(Audio(data, kind, len(sink.pcm) / 2 / RATE, bytes(sink.pcm), sink.damaged))


def look(data: bytes, longest: timedelta = VOICE_LONGEST) -> Audio:
    """For a server that decodes by itself: only what the bytes say without a decoder. Raises AudioProblem."""
    kind = kind_of(data)
    frames = 0
    if kind in _AMR:
        frames = sum(1 for _ in _amr_frames(data, _AMR[kind], _AMR[kind].magic))
    elif kind == "speex":
        frames = len(_speex_blocks(data))
    _Sink(longest).check_length(frames * _FRAME)
    return Audio(data, kind, frames * _FRAME)


def _worth_hearing(audio: Audio) -> Audio:
    if not audio.pcm:
        raise AudioProblem(Problem.BROKEN, "no samples")
    if audio.seconds < SHORTEST:
        raise AudioProblem(Problem.TOO_SHORT, f"{audio.seconds:.2f} s")
    if _is_silent(audio.pcm):
        raise AudioProblem(Problem.SILENT)
    return audio


def _is_silent(pcm: bytes) -> bool:
    """Second by second, so that the first word ends the search."""
    for start in range(0, len(pcm), 2 * RATE):
        second = array.array("h", pcm[start : start + 2 * RATE])
        if max(second) > QUIETEST or min(second) < -QUIETEST:
            return False
    return True


# What it is

_MAGIC = (
    (0, b"#!AMR\n", "amr"),
    (0, b"#!AMR-WB\n", "amr-wb"),
    (0, b"OggS", "ogg"),
    (8, b"WAVE", "wav"),
    (4, b"ftyp", "mp4"),
    (0, b"ID3", "mp3"),
)
_SILK = (b"#!SILK", b"\x02#!SILK")
"""Tencent's own clients put one byte in front."""
_SUFFIX = {"amr-wb": "awb", "mp4": "m4a", "speex": "spx"}
_DEMUXERS = {"ogg": "ogg", "wav": "wav", "mp4": "mov", "mp3": "mp3", "aac": "aac"}


def kind_of(data: bytes) -> str:
    """By the first bytes. Raises AudioProblem where there is nothing to decode."""
    if not data:
        raise AudioProblem(Problem.EMPTY)
    if data.startswith(_SILK):
        raise AudioProblem(Problem.SILK)
    for offset, magic, kind in _MAGIC:
        if data.startswith(magic, offset):
            if len(data) == len(magic):
                raise AudioProblem(Problem.EMPTY, "header only")
            return kind
    if len(data) > 2 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0:
        # MPEG audio: layer bits of zero are ADTS, the frames of AAC.
        return "aac" if data[1] & 0x06 == 0 else "mp3"
    if _speex_blocks(data):
        return "speex"
    raise AudioProblem(Problem.NOT_AUDIO, data[:8].hex(" "))


# AMR: a magic text, then frames that say their own length (RFC 4867, 5.3)


@dataclass(frozen=True, slots=True)
class _Amr:
    magic: int
    decoder: str
    """OpenCORE's: FFmpeg's own decoders stop at the silence frames of a sender with DTX."""
    rate: int
    sizes: tuple[int, ...]
    """Bytes behind the header byte, by frame type; -1 is reserved."""


_AMR = {
    "amr": _Amr(6, "libopencore_amrnb", 8_000, (12, 13, 15, 17, 19, 20, 26, 31, 5, -1, -1, -1, -1, -1, -1, 0)),
    "amr-wb": _Amr(9, "libopencore_amrwb", 16_000, (17, 23, 32, 36, 40, 46, 50, 58, 60, 5, -1, -1, -1, -1, 0, 0)),
}
_FRAME = 0.02
"""Seconds of a frame, of AMR and of Speex alike."""
_AMR_PADDING = 0x83
"""Bits of a header byte that are zero."""
_AMR_IN_CONTAINER = {"amrnb": "amr", "amrwb": "amr-wb"}


def _amr_frames(data: bytes, form: _Amr, start: int = 0) -> Iterator[bytes]:
    """Ends at the first byte that is no frame header: nothing behind it could be found again."""
    while start < len(data):
        size = form.sizes[data[start] >> 3 & 15]
        if data[start] & _AMR_PADDING or size < 0 or start + 1 + size > len(data):
            return
        yield data[start : start + 1 + size]
        start += 1 + size


def _decode_amr(data: bytes, kind: str, sink: _Sink) -> None:
    form = _AMR[kind]
    frames = list(_amr_frames(data, form, form.magic))
    sink.check_length(len(frames) * _FRAME)
    sink.damaged += sum(map(len, frames)) + form.magic < len(data)
    _decode_all(_decoder(form.decoder, form.rate), frames, sink)


def _decoder(name: str, rate: int, extradata: bytes = b"") -> AudioCodecContext:
    from av import AudioCodecContext, CodecContext

    context = CodecContext.create(name, "r")
    assert isinstance(context, AudioCodecContext)
    context.sample_rate = rate
    context.layout = "mono"
    if extradata:
        context.extradata = extradata
    return context


def _decode_all(decoder: AudioCodecContext, packets: list[bytes], sink: _Sink) -> None:
    from av import Packet

    for packet in packets:
        sink.take(decoder, Packet(packet))
    sink.take(decoder, None)


# Speex without Ogg, as WeCom gives it (audio/x-speex-with-header-byte; rate=16000): blocks, each with its length before it

_SPEEX_BITS = (5, 43, 119, 160, 220, 300, 364, 492, 79)
"""Of a narrowband frame, by its mode."""
_SPEEX_FEWEST = 10
"""Blocks; so many in a row that look right are no accident."""
_SPEEX_MOST_FRAMES = 10
"""In one block; the decoder stops by itself at the end of it."""


def _speex_blocks(data: bytes) -> list[bytes]:
    """Empty where it is something else. A block that was cut off at the end is left out."""
    blocks = []
    start = 0
    while start < len(data):
        block = data[start + 1 : start + 1 + data[start]]
        if len(block) < data[start]:
            break
        # Wideband bit off, then four bits of mode.
        if len(block) < 2 or block[0] >> 3 >= len(_SPEEX_BITS):
            return []
        blocks.append(block)
        start += 1 + len(block)
    return blocks if len(blocks) >= _SPEEX_FEWEST else []


def _is_wideband(block: bytes) -> bool:
    """A second layer follows the narrowband frame."""
    at = _SPEEX_BITS[block[0] >> 3]
    return at < 8 * len(block) and bool(block[at >> 3] & 0x80 >> (at & 7))


def _decode_speex(data: bytes, sink: _Sink) -> None:
    blocks = _speex_blocks(data)
    sink.check_length(len(blocks) * _FRAME)
    mode = int(_is_wideband(blocks[0]))
    rate = 8_000 << mode
    # The header packet that Ogg would have carried (Speex manual, table 7.1).
    header = b"Speex   " + b"1.2".ljust(20, b"\0") + struct.pack(
        "<13i", 1, 80, rate, mode, 4, 1, -1, 160 << mode, 0, _SPEEX_MOST_FRAMES, 0, 0, 0
    )  # fmt: skip
    _decode_all(_decoder("speex", rate, header), blocks, sink)


# Files


def _decode_container(data: bytes, kind: str, sink: _Sink) -> None:
    import av

    with av.open(io.BytesIO(data), "r", format=_DEMUXERS[kind], metadata_errors="ignore") as container:
        stream = next(iter(container.streams.audio), None)
        if stream is None or stream.codec_context is None:
            raise AudioProblem(Problem.NOT_AUDIO, f"{kind} without sound")
        form = _AMR.get(_AMR_IN_CONTAINER.get(stream.codec_context.name, ""))
        packets = (packet for packet in container.demux(stream) if packet.size)
        if form:
            # Phones record calls as 3GP: AMR again, several frames to a packet.
            frames = [frame for packet in packets for frame in _amr_frames(bytes(packet), form)]
            sink.check_length(len(frames) * _FRAME)
            _decode_all(_decoder(form.decoder, form.rate), frames, sink)
            return
        for packet in packets:
            sink.take(stream.codec_context, packet)
        sink.take(stream.codec_context, None)


class _Sink:
    """Frames of any kind in, one run of samples out, as far as it may be long."""

    def __init__(self, longest: timedelta) -> None:
        self._longest = longest.total_seconds()
        self._resampler: AudioResampler | None = None
        self.pcm = bytearray()
        self.damaged = 0

    def check_length(self, seconds: float) -> None:
        if seconds > self._longest:
            raise AudioProblem(Problem.TOO_LONG, f"{seconds:.0f} s")

    def take(self, decoder: AudioCodecContext, packet: Any) -> None:
        """A packet that cannot be decoded is left out. `None` empties the decoder."""
        import av

        try:
            frames = decoder.decode(packet)
        except av.error.EOFError:
            return
        except av.error.FFmpegError:
            self.damaged += 1
            return
        for frame in frames:
            self._add(frame)

    def _add(self, frame: AudioFrame) -> None:
        from av import AudioResampler

        if self._resampler is None:
            if frame.sample_rate not in RATES or len(frame.layout.channels) > CHANNELS:
                raise AudioProblem(Problem.BROKEN, f"{frame.sample_rate} Hz, {len(frame.layout.channels)} channels")
            self._resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
        self._keep(self._resampler.resample(frame))

    def flush(self) -> None:
        if self._resampler is not None:
            self._keep(self._resampler.resample(None))

    def _keep(self, frames: list[AudioFrame]) -> None:
        for frame in frames:
            self.pcm += bytes(frame.planes[0])[: 2 * frame.samples]
        self.check_length(len(self.pcm) / 2 / RATE)
