"""What the commands share: reading the settings, and stopping with a sentence instead of a traceback."""

from __future__ import annotations

import errno
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from settings.model import Settings
    from storage.database import Database

FAILED = 1
WRONG_USE = 2


OLD_SCHEMA = "数据库的结构不是这个版本的；先执行 dealbell migrate。"
NEWER_DATABASE = "数据库比这个程序新；请先升级程序，或者恢复升级之前的备份。"

_PORT_TROUBLE = (errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES)


class Stop(Exception):
    """An expected end: `sentences` go to stderr, `code` is the exit code."""

    def __init__(self, code: int, *sentences: str) -> None:
        super().__init__("\n".join(sentences))
        self.code = code
        self.sentences = sentences


def add_config(parser: ArgumentParser) -> None:
    parser.add_argument("--config", required=True, metavar="FILE", help="设置文件，样子见 config.example.toml")


def settings_of(args: Namespace) -> Settings:
    """Logs go to stderr in the form that the settings ask for; what a command prints stays its own."""
    from bot import logs
    from settings.load import SettingsError, load

    try:
        settings = load(args.config)
    except SettingsError as error:
        raise Stop(WRONG_USE, *error.problems) from None
    logs.configure(settings.log)
    return settings


async def ready(database: Database) -> None:
    """SQLite is brought up to date by itself, as `serve` does; PostgreSQL is the operator's."""
    from storage.upgrade import is_current, upgrade

    if await is_current(database):
        return
    if not database.is_sqlite:
        raise Stop(FAILED, OLD_SCHEMA)
    await upgrade(database)


@contextmanager
def telling_database_trouble(other_port: str = "换一个 server.host 和 server.port") -> Iterator[None]:
    """A folder that cannot be made and a port that is taken are OSErrors too, and told as what they are."""
    from storage.database import DATABASE_AWAY

    try:
        yield
    except DATABASE_AWAY as error:
        if isinstance(error, OSError) and error.filename:
            raise Stop(FAILED, f"打不开 {error.filename}（{error.strerror}）；请检查路径和权限。") from error
        if isinstance(error, OSError) and error.errno in _PORT_TROUBLE:
            raise Stop(FAILED, f"端口打不开（{short(error)}）；{other_port}，或停掉占用它的程序。") from error
        raise Stop(FAILED, f"数据库连不上（{short(error)}）；请检查 database.url，以及数据库是否在运行。") from error


def short(error: BaseException) -> str:
    """The first line of what a library says, without the SQL or the address that it likes to add."""
    original = getattr(error, "orig", None) or error
    lines = str(original).strip().splitlines()
    return lines[0][:200] if lines else type(original).__name__
