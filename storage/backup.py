"""A consistent copy while the server runs, and back again (O2)."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from sqlalchemy.engine import URL


def sqlite_path(url: URL) -> Path:
    """ValueError where the database is not a SQLite file."""
    if url.get_backend_name() != "sqlite" or not url.database:
        raise ValueError("not a SQLite file")
    return Path(url.database)


def backup_sqlite(source: Path, target: Path) -> None:
    """SQLite's own online copy: readers and the writer go on."""
    partial = target.with_suffix(target.suffix + ".partial")
    with sqlite3.connect(f"file:{source}?mode=ro", uri=True) as live, sqlite3.connect(partial) as copy:
        live.backup(copy)
        broken = copy.execute("PRAGMA integrity_check").fetchone()[0] != "ok"
    live.close()
    copy.close()
    if broken:
        partial.unlink()
        raise ValueError("the copy is damaged")
    partial.replace(target)


def restore_sqlite(source: Path, target: Path) -> None:
    """The server must be stopped. What was there is kept beside it with the ending .before-restore."""
    with sqlite3.connect(f"file:{source}?mode=ro", uri=True) as copy:
        sound = copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    copy.close()
    if not sound:
        raise ValueError("the copy is damaged")
    if target.exists():
        shutil.move(target, target.with_suffix(target.suffix + ".before-restore"))
    for left in ("-wal", "-shm"):
        Path(f"{target}{left}").unlink(missing_ok=True)
    shutil.copyfile(source, target)
