"""A backup is one tar file: what it is (manifest.json), the database, and the originals that members sent.

The database is copied first: an original that it speaks of is already in the folder, and originals never change.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

from bot.commands import FAILED, Stop
from settings.model import POSTGRESQL, Settings

MANIFEST = "manifest.json"
SQLITE_NAME = "database.db"
POSTGRESQL_NAME = "database.dump"
MEDIA = "media/"


@dataclass(frozen=True, slots=True)
class Counted:
    media: int
    size: int


def write(settings: Settings, target: Path, now: datetime) -> Counted:
    from storage.backup import backup_sqlite

    file = settings.database.sqlite_file
    if file and not file.is_file():
        raise Stop(FAILED, f"还没有数据库 {file}，没有东西可备份。")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.partial")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        copy = Path(folder) / (SQLITE_NAME if file else POSTGRESQL_NAME)
        if file:
            backup_sqlite(file, copy)
        else:
            _postgres("pg_dump", settings, "--format=custom", f"--file={copy}")
        originals = settings.media.folder if settings.media.store == "folder" else None
        media = _pack(partial, copy, originals, {"made_at": now.isoformat(), "database": copy.name})
    partial.replace(target)
    return Counted(media, target.stat().st_size)


def _pack(partial: Path, database: Path, media: Path | None, manifest: dict[str, Any]) -> int:
    """`media` None: the originals lie in a bucket, which has its own copies."""
    found = media.rglob("*") if media is not None else ()
    files = sorted(path for path in found if path.is_file() and path.suffix != ".partial")
    described = database.with_name(MANIFEST)
    described.write_text(json.dumps({"format": 1, **manifest, "media": len(files)}), "utf-8")
    with tarfile.open(partial, "w") as tar:
        tar.add(described, MANIFEST)
        tar.add(database, database.name)
        for path in files:
            tar.add(path, MEDIA + path.relative_to(media or path).as_posix())
    os.chmod(partial, 0o600)  # It holds customers' phone numbers.
    return len(files)


def read(settings: Settings, source: Path) -> Counted:
    from storage.backup import restore_sqlite

    try:
        with tarfile.open(source) as tar, tempfile.TemporaryDirectory(prefix="dealbell-restore-") as folder:
            name = _database_in(tar, source)
            file = settings.database.sqlite_file
            if (name == SQLITE_NAME) != bool(file):
                raise Stop(FAILED, f"{source} 是另一种数据库的备份；SQLite 的只能恢复到 SQLite，PostgreSQL 也一样。")
            copy = Path(folder) / name
            _unpack(tar, tar.getmember(name), copy)
            if file:
                file.parent.mkdir(parents=True, exist_ok=True)
                restore_sqlite(copy, file)
            else:
                _postgres("pg_restore", settings, "--clean", "--if-exists", "--single-transaction", "--no-owner", copy)
            return Counted(_restore_media(tar, settings.media.folder), source.stat().st_size)
    except FileNotFoundError:
        raise Stop(FAILED, f"找不到备份 {source}。") from None
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise Stop(FAILED, f"{source} 不是完整的备份文件；数据库没有动。") from error


def _database_in(tar: tarfile.TarFile, source: Path) -> str:
    members = tar.getmembers()
    if members and members[-1].offset_data + members[-1].size > source.stat().st_size:
        raise EOFError(source)
    names = [member.name for member in members]
    found = [name for name in (SQLITE_NAME, POSTGRESQL_NAME) if name in names]
    if MANIFEST not in names or len(found) != 1:
        raise Stop(FAILED, f"{source} 不是 dealbell backup 写的备份；数据库没有动。")
    return found[0]


def _restore_media(tar: tarfile.TarFile, folder: Path) -> int:
    """Originals are added to what is there. A name that leads out of the folder is not one of ours."""
    count = 0
    for member in tar.getmembers():
        path = PurePosixPath(member.name.removeprefix(MEDIA))
        if not member.isfile() or not member.name.startswith(MEDIA) or path.is_absolute() or ".." in path.parts:
            continue
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        _unpack(tar, member, target)
        count += 1
    return count


def _unpack(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    content = tar.extractfile(member)
    if content is None:
        raise ValueError(member.name)
    partial = target.with_name(f"{target.name}.partial")
    with content, partial.open("wb") as file:
        shutil.copyfileobj(content, file)
    partial.replace(target)


def _postgres(program: str, settings: Settings, *arguments: str | Path) -> None:
    """The password goes through the environment: arguments can be read by everybody on the machine."""
    address, environment = _libpq(settings.database.url.reveal())
    try:
        subprocess.run(  # noqa: S603 - a fixed program, no shell
            [program, "--no-password", f"--dbname={address}", *map(str, arguments)],
            env={**os.environ, **environment},
            check=True,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        raise Stop(FAILED, f"找不到 {program}；请安装 PostgreSQL 的客户端程序（Debian：postgresql-client）。") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip().splitlines()
        raise Stop(FAILED, f"{program} 没有成功：{said[0] if said else error.returncode}") from error


def _libpq(url: str) -> tuple[str, dict[str, str]]:
    """SQLAlchemy's address → libpq's, without the password; asyncpg's ssl= is libpq's sslmode."""
    parts = urlsplit("postgresql://" + url.removeprefix(POSTGRESQL))
    environment = {"PGPASSWORD": unquote(parts.password)} if parts.password else {}
    if ssl := parse_qs(parts.query).get("ssl"):
        environment["PGSSLMODE"] = {"true": "require", "false": "disable"}.get(ssl[0].lower(), ssl[0])
    user, _, host = parts.netloc.rpartition("@")
    netloc = f"{user.partition(':')[0]}@{host}" if user else host
    return urlunsplit(("postgresql", netloc, parts.path, "", "")), environment
