"""Sound → words: Whisper in this process, or a speech server, behind one Protocol (N1).

Engines block, so they run in a process of their own (media/speech_process.py). Each is imported when it is built.

Against words that nobody said: silence never gets here (media/audio.py), faster-whisper's own voice detection cuts
pauses out, windows that are probably no speech are dropped by both engines' defaults, no window is prompted with the
one before it (a wrong guess would repeat itself), and sentences that Whisper is known to dream are left out.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from domain.speech import Heard, Problem, Unheard
from media.audio import Audio, SpeechProblem

if TYPE_CHECKING:
    import aiohttp

LANGUAGE = "zh"
STYLE = "以下是普通话的句子，用简体中文。"
"""Whisper writes in the style of what stands before: simplified characters, with punctuation."""
MOST_HINTS = 120
"""Characters. Whisper takes 223 tokens of prompt, and a Chinese character is one or two."""
BEAM = 5
SERVER_CONNECT = 10.0
LARGEST_ANSWER = 4 << 20
PER_SECOND = 2.0
"""Seconds of patience for each second of audio, on top of the settings' timeout."""

_DREAMS = re.compile(
    "点赞.{0,12}(订阅|转发)|明镜与点点|Amara\\.org|字幕(志愿者|由.{1,12}(提供|制作))|(感谢|谢谢)(观看|收看)"
)
"""Credits of films that Whisper was trained on, said into silence (openai/whisper#1838, ufal/whisper_streaming#179)."""
_DREAM_LONGEST = 40
"""Characters of a sentence: a longer one holds more than the dream."""
_UNSTORABLE = dict.fromkeys((0, *range(0xD800, 0xE000)))
"""A server's JSON can spell what no database takes."""
_ENDS = re.compile(r"[，。！？；：、,.!?;:…]$")


class EngineProblem(SpeechProblem):
    """The engine cannot hear at the moment, whatever the sound."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What an engine is built from; the [speech] section, as far as it matters here."""

    engine: str
    """whisper, openai-whisper or remote"""
    model: str
    """A name, or a path that exists."""
    folder: str = ""
    """Where models are kept; empty = the library's own folder."""
    model_url: str = ""
    """A mirror of the hub, for faster-whisper."""
    threads: int = 0
    """0 = all cores but one, which is left to the server."""
    url: str = ""
    key: str = ""
    send: str = "wav"
    """To a server: wav, or the original as it came."""
    timeout: float = 300.0
    """Seconds that a recording may take, besides those for its length."""

    @property
    def cores(self) -> int:
        return self.threads or max(1, (os.cpu_count() or 2) - 1)

    def patience(self, seconds: float) -> float:
        return self.timeout + PER_SECOND * seconds


class Speech(Protocol):
    """Sound in, words or a reason out; never raises for the sound's or the engine's sake."""

    async def hear(self, data: bytes, hints: Sequence[str], longest: timedelta) -> Heard | Unheard: ...

    async def close(self) -> None: ...


class Off:
    async def hear(self, data: bytes, hints: Sequence[str], longest: timedelta) -> Heard | Unheard:
        return Unheard(Problem.OFF)

    async def close(self) -> None:
        """There is nothing to end."""


class Engine(Protocol):
    name: str
    wants_samples: bool
    """False: it decodes by itself, and PyAV is not needed."""

    def hear(self, audio: Audio, prompt: str) -> list[str]:
        """Sentences as they were said. Raises EngineProblem."""
        ...


def build(recipe: Recipe) -> Engine:
    """Loads the model. Raises EngineProblem."""
    match recipe.engine:
        case "remote":
            return SpeechServer(recipe)
        case "openai-whisper":
            return OpenAiWhisper(recipe)
    return FasterWhisper(recipe)


def has_model(recipe: Recipe) -> bool:
    """Whether it lies on the disk, found without loading any library; a server has its own."""
    path = Path(recipe.model)
    if recipe.engine == "remote":
        return True
    if recipe.engine == "openai-whisper":
        return path.is_file() or (_folder(recipe) / f"{recipe.model}.pt").is_file()
    if path.exists():
        return (path / "model.bin").is_file()
    # How the hub's client lays out its folder.
    name = recipe.model.replace("/", "--") if "/" in recipe.model else f"*--faster-whisper-{recipe.model}"
    return any(_folder(recipe).glob(f"models--{name}/snapshots/*/model.bin"))


def _folder(recipe: Recipe) -> Path:
    """Where the libraries keep models when they are told nothing."""
    if recipe.folder:
        return Path(recipe.folder)
    cache = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser()
    if recipe.engine == "openai-whisper":
        return cache / "whisper"
    return Path(os.environ.get("HF_HOME", cache / "huggingface")).expanduser() / "hub"


def understand(engine: Engine, audio: Audio, hints: Sequence[str]) -> Heard | Unheard:
    try:
        text = simplified(joined(engine.hear(audio, prompt_of(hints))))
    except EngineProblem as problem:
        return Unheard(problem.code, problem.detail, audio.seconds)
    if not text:
        return Unheard(Problem.NO_WORDS, seconds=audio.seconds)
    return Heard(text, audio.seconds, engine.name)


def prompt_of(hints: Sequence[str]) -> str:
    """Style, then as many names as fit, whole ones only and each once."""
    names, length = [], 0
    for hint in dict.fromkeys(" ".join(hint.split()) for hint in hints):
        length += len(hint) + 1
        if hint and length <= MOST_HINTS:
            names.append(hint)
    return STYLE + "、".join(names)


def joined(sentences: Sequence[str]) -> str:
    """One text. Whisper ends a sentence with its window, so a comma stands where it wrote nothing."""
    text = ""
    for sentence in (sentence.strip() for sentence in sentences):
        if not sentence or (len(sentence) <= _DREAM_LONGEST and _DREAMS.search(sentence)):
            continue
        text += ("，" if text and not _ENDS.search(text) else "") + sentence
    return text.translate(_UNSTORABLE)


def simplified(text: str) -> str:
    from opencc import OpenCC

    return str(OpenCC("t2s").convert(text))


class FasterWhisper:
    """CTranslate2: a sixth of the computing of the original on a CPU, and half of the memory (docs/speech.md)."""

    wants_samples = True

    def __init__(self, recipe: Recipe) -> None:
        if recipe.model_url:
            # Read when the hub's client is imported.
            os.environ["HF_ENDPOINT"] = recipe.model_url
        try:
            from faster_whisper import WhisperModel
        except ImportError as missing:
            raise EngineProblem(Problem.NO_ENGINE, str(missing)) from None
        try:
            self._model = WhisperModel(
                recipe.model,
                device="auto",
                # The fastest that the processor has: int8 on a CPU.
                compute_type="auto",
                cpu_threads=recipe.cores,
                download_root=recipe.folder or None,
            )
        except Exception as error:
            # A wrong name, a broken file, the hub out of reach: each library below raises its own.
            raise EngineProblem(Problem.NO_MODEL, f"{type(error).__name__}: {error}") from error
        self.name = f"faster-whisper {_shown(recipe.model)}"

    def hear(self, audio: Audio, prompt: str) -> list[str]:
        segments, _ = self._model.transcribe(
            audio.samples(),
            language=LANGUAGE,
            beam_size=BEAM,
            vad_filter=True,
            condition_on_previous_text=False,
            # An initial prompt would only reach the first window; hot words reach each.
            hotwords=prompt,
        )
        return [segment.text for segment in segments]


class OpenAiWhisper:
    """The original. It has no voice detection, and its own address to download from: a mirror does not serve it."""

    wants_samples = True

    def __init__(self, recipe: Recipe) -> None:
        try:
            import torch
            import whisper
        except ImportError as missing:
            raise EngineProblem(Problem.NO_ENGINE, str(missing)) from None
        torch.set_num_threads(recipe.cores)
        try:
            self._model = whisper.load_model(recipe.model, download_root=recipe.folder or None)
        except Exception as error:
            raise EngineProblem(Problem.NO_MODEL, f"{type(error).__name__}: {error}") from error
        self._whisper: Any = whisper
        self._is_on_gpu = self._model.device.type != "cpu"
        self.name = f"openai-whisper {_shown(recipe.model)}"

    def hear(self, audio: Audio, prompt: str) -> list[str]:
        result = self._whisper.transcribe(
            self._model,
            audio.samples(),
            language=LANGUAGE,
            beam_size=BEAM,
            condition_on_previous_text=False,
            initial_prompt=prompt,
            carry_initial_prompt=True,
            fp16=self._is_on_gpu,
            verbose=None,
        )
        return [segment["text"] for segment in result["segments"]]


def _shown(model: str) -> str:
    return Path(model).name


class SpeechServer:
    """Any server with OpenAI's `POST {url}/audio/transcriptions`. It gets WAV, since few read AMR, unless told otherwise."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self.wants_samples = recipe.send == "wav"
        self.name = f"remote {recipe.model}"

    def hear(self, audio: Audio, prompt: str) -> list[str]:
        return [asyncio.run(self._ask(audio, prompt))]

    async def _ask(self, audio: Audio, prompt: str) -> str:
        import aiohttp

        form = aiohttp.FormData()
        if self.wants_samples:
            form.add_field("file", audio.wav(), filename="memo.wav", content_type="audio/wav")
        else:
            form.add_field("file", audio.original, filename=audio.file_name)
        for name, value in (("model", self._recipe.model), ("language", LANGUAGE), ("prompt", prompt)):
            form.add_field(name, value)
        headers = {"Authorization": f"Bearer {self._recipe.key}"} if self._recipe.key else {}
        timeout = aiohttp.ClientTimeout(total=self._recipe.patience(audio.seconds), sock_connect=SERVER_CONNECT)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                # A redirect would carry the key elsewhere.
                session.post(
                    f"{self._recipe.url}/audio/transcriptions", data=form, headers=headers, allow_redirects=False
                ) as answer,
            ):
                return await _words_of(answer)
        except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError) as error:
            raise EngineProblem(Problem.SERVER_AWAY, str(error)) from None
        except TimeoutError:
            raise EngineProblem(Problem.SERVER_SLOW) from None
        except (aiohttp.ClientError, OSError) as error:
            raise EngineProblem(Problem.SERVER_AWAY, f"{type(error).__name__}: {error}") from None


_BY_STATUS = {
    401: Problem.SERVER_KEY, 403: Problem.SERVER_KEY, 404: Problem.SERVER_ADDRESS, 405: Problem.SERVER_ADDRESS,
    408: Problem.SERVER_SLOW, 429: Problem.SERVER_BUSY, 503: Problem.SERVER_BUSY, 504: Problem.SERVER_SLOW,
}  # fmt: skip


async def _words_of(answer: aiohttp.ClientResponse) -> str:
    body = bytearray()
    async for part in answer.content.iter_chunked(1 << 16):
        body += part
        if len(body) > LARGEST_ANSWER:
            raise EngineProblem(Problem.SERVER_ADDRESS, "endless answer")
    said = f"{answer.status} {body[:200].decode('utf-8', 'replace')}"
    if answer.status != 200:
        if (known := _BY_STATUS.get(answer.status)) is not None:
            raise EngineProblem(known, said)
        if answer.status >= 500:
            raise EngineProblem(Problem.SERVER_AWAY, said)
        raise EngineProblem(Problem.SERVER_REFUSED if answer.status >= 400 else Problem.SERVER_ADDRESS, said)
    try:
        text = json.loads(body)["text"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise EngineProblem(Problem.SERVER_ADDRESS, said) from None
    if not isinstance(text, str):
        raise EngineProblem(Problem.SERVER_ADDRESS, said)
    return text
