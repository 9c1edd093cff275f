"""The [speech] section → what hears, and what it lacks."""

from __future__ import annotations

import importlib.util
import sys

from domain.speech import Problem
from media.speech import Off, Recipe, Speech, has_model
from media.speech_process import SpeechProcess
from settings import model

COMMAND = (sys.executable, "-m", "bot.speech_worker")
_MODULES = {"whisper": "faster_whisper", "openai-whisper": "whisper"}


def recipe_of(settings: model.Speech) -> Recipe:
    return Recipe(
        engine=settings.engine,
        model=settings.model,
        folder=str(settings.model_folder or ""),
        model_url=settings.model_url,
        threads=settings.threads,
        url=settings.url,
        key=settings.key.reveal(),
        send=settings.send,
        timeout=settings.timeout.total_seconds(),
    )


def speech_of(settings: model.Speech) -> Speech:
    return Off() if settings.engine == "off" else SpeechProcess(COMMAND, recipe_of(settings))


def lacking(settings: model.Speech) -> Problem | None:
    """What can be seen without loading anything. NO_MODEL of a name: it will be downloaded with the first recording."""
    if settings.engine == "off":
        return None
    decodes_here = settings.engine != "remote" or settings.send == "wav"
    if decodes_here and importlib.util.find_spec("av") is None:
        return Problem.NO_DECODER
    module = _MODULES.get(settings.engine)
    if module and importlib.util.find_spec(module) is None:
        return Problem.NO_ENGINE
    return None if has_model(recipe_of(settings)) else Problem.NO_MODEL
