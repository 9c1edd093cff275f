"""Who comes in to finance's page, and what every page of it holds (A1, A4)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from multidict import MultiDictProxy

from domain.access import SEES_FINANCE_PAGE
from domain.people import Member, Role
from notify.links import FINANCE_PAGE
from scheduler.clock import Clock
from settings.house import HouseRules
from storage.database import Database
from storage.unit_of_work import Work, begin_work, look
from web.login import Login
from web.pages import page, sentence_page

PATH = FINANCE_PAGE


@dataclass(frozen=True, slots=True)
class Outcome:
    text: str
    is_good: bool = True
    href: str = ""


@dataclass(frozen=True, slots=True)
class Door:
    database: Database
    clock: Clock
    rules: HouseRules
    login: Login

    async def looking(self, request: web.Request) -> Member:
        return await self.login.member(request, *SEES_FINANCE_PAGE)

    async def acting(self, request: web.Request) -> Member:
        member = await self.looking(request)
        if not member.has(Role.FINANCE):
            raise sentence_page(web.HTTPForbidden, "你可以看，上传、入账和撤销要财务来做。")
        return member

    async def form(self, request: web.Request) -> MultiDictProxy[Any]:
        form = await request.post()
        self.login.check_form(request, form.get("proof"))
        return form

    def proven(self, request: web.Request) -> Callable[[object], None]:
        return lambda proof: self.login.check_form(request, proof)

    def look(self) -> AbstractAsyncContextManager[Work]:
        return look(self.database, self.clock.now())

    def work(self, member: Member) -> AbstractAsyncContextManager[Work]:
        return begin_work(self.database, self.clock.now(), actor=member.userid, cause="web")

    def show(self, request: web.Request, member: Member, template: str, **facts: object) -> web.Response:
        return page(
            f"finance/{template}.html",
            member=member,
            may_act=member.has(Role.FINANCE),
            proof=self.login.form_proof(request),
            here=str(request.rel_url),
            **facts,
        )

    def result(
        self, request: web.Request, member: Member, title: str, outcomes: list[Outcome], back: object = PATH
    ) -> web.Response:
        """Sent again by a reload, it finds everything done and says so."""
        return self.show(request, member, "result", title=title, outcomes=outcomes, back=own_address(back))


def own_address(address: object) -> str:
    """Where a form came from, if that is one of these pages."""
    text = str(address)
    return text if text == PATH or text.startswith((f"{PATH}?", f"{PATH}/")) else PATH


def words_in(text: object, longest: int = 60) -> str:
    """What somebody typed, without what PostgreSQL keeps in no text."""
    return str(text).replace("\0", "").strip()[:longest]


def number_in(text: object) -> int | None:
    said = str(text)
    return int(said) if said.isdecimal() and said.isascii() and len(said) < 16 else None
