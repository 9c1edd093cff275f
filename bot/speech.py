"""Which speech engine the settings ask for."""

from __future__ import annotations

import aiohttp

from integrations.speech_server import RemoteSpeech
from media.speech import EngineSpec, LocalSpeech, Off, Speech
from settings import model


def engine_spec(settings: model.Speech) -> EngineSpec:
    return EngineSpec(
        settings.engine,
        settings.model,
        folder=str(settings.model_folder or ""),
        address=settings.model_url,
        threads=settings.threads,
    )


def speech_of(settings: model.Speech, session: aiohttp.ClientSession) -> Speech:
    match settings.engine:
        case "off":
            return Off()
        case "remote":
            return RemoteSpeech(
                session, url=settings.url, model=settings.model, key=settings.key.reveal(), timeout=settings.timeout
            )
        case _:
            return LocalSpeech(engine_spec(settings), settings.timeout)
