"""A real `dealbell serve` in a process of its own, with a database of its own, for measuring."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from bench.bare_server import AES_KEY, CORP_ID, TOKEN

AGENT_ID = 1000002
POSTGRES = "postgresql+asyncpg://postgres@127.0.0.1:5432/test"
BENCH_DATABASE = f"dealbell_bench_{os.getpid()}"
"""Two measurements on one machine do not meet."""


@dataclass(frozen=True, slots=True)
class Serving:
    port: int
    process: subprocess.Popen[bytes]
    folder: Path
    database_url: str


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def postgres_answers() -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", 5432), timeout=1):
        return True
    return False


def engines() -> list[str]:
    return ["sqlite", "postgresql"] if postgres_answers() else ["sqlite"]


@contextlib.contextmanager
def serving(engine: str, api_base: str, *, reps: int = 20, cap: int = 100_000, more: str = "") -> Iterator[Serving]:
    """`more`: further sections of the settings."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite+aiosqlite:///{folder}/bench.db" if engine == "sqlite" else _fresh_postgres()
        port = free_port()
        config = folder / "config.toml"
        config.write_text(_settings(port, url, api_base, cap) + more, "utf-8")
        (folder / "roster.toml").write_text(_roster(reps), "utf-8")
        # Beforehand, as on PostgreSQL: the first start alone has the migrations in its memory.
        subprocess.run([sys.executable, "-m", "bot", "migrate", "--config", str(config)], check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen([sys.executable, "-m", "bot", "serve", "--config", str(config)], stderr=log)
        try:
            _wait_until_ready(port, process, folder)
            yield Serving(port, process, folder, url)
        finally:
            process.terminate()
            process.wait(30)
            if engine != "sqlite":
                asyncio.run(_recreate(is_wanted=False))


def _settings(port: int, url: str, api_base: str, cap: int) -> str:
    return f"""
[server]
port = {port}
[database]
url = "{url}"
[wecom]
corp_id = "{CORP_ID}"
api_base = "{api_base}"
[wecom.app]
agent_id = {AGENT_ID}
secret = "bench-secret"
token = "{TOKEN}"
encoding_aes_key = "{AES_KEY}"
[wecom.bot]
mode = "callback"
token = "{TOKEN}"
encoding_aes_key = "{AES_KEY}"
[assignment]
cap = {cap}
[escalation]
around_the_clock = true
[log]
level = "error"
[media]
folder = "media"
"""


def _roster(reps: int) -> str:
    people = ['[[members]]\nuserid = "admin"\nname = "管理员"\nroles = ["admin", "manager", "leader", "operator"]']
    people += [
        f'[[members]]\nuserid = "rep{n}"\nname = "销售{n}"\nroles = ["rep"]\nmanager = "admin"' for n in range(reps)
    ]
    return "\n".join(people)


def _fresh_postgres() -> str:
    asyncio.run(_recreate())
    return make_url(POSTGRES).set(database=BENCH_DATABASE).render_as_string(hide_password=False)


async def _recreate(*, is_wanted: bool = True) -> None:
    engine = create_async_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(sa.text(f"DROP DATABASE IF EXISTS {BENCH_DATABASE} WITH (FORCE)"))
        if is_wanted:
            await connection.execute(sa.text(f"CREATE DATABASE {BENCH_DATABASE}"))
    await engine.dispose()


def _wait_until_ready(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError((folder / "log").read_text("utf-8"))
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError("the server did not become ready")
