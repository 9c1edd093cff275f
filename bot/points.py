"""Named points of the path at which a test may kill the process (kill -9 loses nothing, says nothing twice)."""

from __future__ import annotations

import os
import signal

POINTS = (
    "callback.decrypted",
    "callback.stored",
    "worker.claimed",
    "worker.handled",
    "worker.committed",
    "sender.leased",
    "sender.calling",
    "sender.called",
    "sender.settled",
    "timers.fired",
)
PAYMENT_POINTS = ("payments.booked", "payments.committed")
"""Of the path from a statement to 已回款."""
MEDIA_POINTS = ("media.kept", "media.committed")
"""Of the bytes of a voice message or photo."""
SPEECH_POINTS = ("speech.started", "speech.loaded", "speech.decoded", "speech.heard")
"""In the speech process, one recording."""
TRANSCRIPTION_POINTS = (
    "transcriptions.leased",
    "transcriptions.claimed",
    "transcriptions.heard",
    "transcriptions.settled",
    "transcriptions.committed",
)
"""In the server, around it."""
_KILL_AT = os.environ.get("DEALBELL_TEST_KILL_AT", "")


def reached(point: str) -> None:
    """Does nothing outside that test."""
    if point == _KILL_AT:
        os.kill(os.getpid(), signal.SIGKILL)
