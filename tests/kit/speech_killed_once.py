"""The speech process, killed at one of its points the first time that it gets there.

python -m tests.kit.speech_killed_once MARKER POINT
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from media.speech_worker import work

if __name__ == "__main__":
    marker, point = Path(sys.argv[1]), sys.argv[2]

    def reached(here: str) -> None:
        if here == point and not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)

    sys.exit(work(reached))
