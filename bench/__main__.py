"""make bench: every figure, printed and written as JSON to bench/results/. Ratios within one run, since machines differ."""

from __future__ import annotations

import argparse
import importlib
import json
import platform
import sys
import time
from pathlib import Path

PARTS = (
    "parse_post", "extract", "matching", "taking", "finding", "assignment", "working_time", "callbacks", "post_to_push",
    "memory", "speech",
)  # fmt: skip
RESULTS = Path(__file__).parent / "results"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], default=[], help="which ones; all by default")
    wanted = parser.parse_args().parts or PARTS
    report: dict[str, object] = {"python": platform.python_version(), "machine": platform.machine()}
    for part in wanted:
        started = time.perf_counter()
        report[part] = importlib.import_module(f"bench.{part}").run()
        print(f"{part} ({time.perf_counter() - started:.0f} s)")
        print(json.dumps(report[part], ensure_ascii=False, indent=2), flush=True)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / "latest.json"
    path.write_text(json.dumps(report, ensure_ascii=False, indent=2), "utf-8")
    print(f"written to {path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
