"""The speech process: `python -m bot.speech_worker`, started by media/speech_process.py."""

from __future__ import annotations

import sys

from bot.points import reached
from media.speech_worker import work

if __name__ == "__main__":
    sys.exit(work(reached))
