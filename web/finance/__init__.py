"""Finance's page: statements in, what matched and why, many confirmed at once, undo, export (P1, P2, A1)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from scheduler.clock import Clock
from settings.house import HouseRules
from storage.database import Database
from web.finance.doing import Doing
from web.finance.door import PATH, Door
from web.finance.files import Files
from web.finance.sending import Sending
from web.finance.showing import Showing
from web.login import Login
from web.pages import steady


def add_routes(
    app: web.Application,
    *,
    database: Database,
    clock: Clock,
    rules: HouseRules,
    login: Login,
    keep: Callable[[bytes], Awaitable[str]],
    bytes_of: Callable[[str], Awaitable[bytes]],
) -> None:
    """`keep` stores a file's bytes and gives their checksum, by which `bytes_of` gives them back."""
    door, files = Door(database, clock, rules, login), Files(rules, keep, bytes_of)
    showing, doing, sending = Showing(door), Doing(door), Sending(door, files)
    for path, show in (
        ("", showing.transactions),
        ("/t/{number}", showing.transaction),
        ("/order", showing.order),
        ("/uploads", showing.uploads),
        ("/uploads/{number}", showing.upload),
        ("/preview", sending.preview),
        ("/export.csv", showing.export_csv),
        ("/export.xlsx", showing.export_xlsx),
    ):
        app.router.add_get(f"{PATH}{path}", steady(show))
    for path, act in (
        ("/upload", sending.receive),
        ("/take", sending.take),
        ("/decide", doing.decide),
        ("/undo", doing.undo),
        ("/undo-upload", doing.undo_upload),
        ("/reversal", doing.reversal),
    ):
        app.router.add_post(f"{PATH}{path}", steady(act))
