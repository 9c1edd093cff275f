"""A desk with a page, and somebody who opens it inside WeCom."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from simulator.company import Person, demo_company
from storage.database import Database
from tests.kit.desk import Desk, sitting
from tests.kit.money import SECOND


class Reader:
    """A member's client inside WeCom: follows links, sends forms with their proof."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self.proof = ""

    async def see(self, path: str) -> str:
        status, text = await self.get(path)
        assert status == 200, text
        return text

    async def get(self, path: str) -> tuple[int, str]:
        async with self._session.get(path) as answer:
            text = await answer.text()
            if 'name="proof" value="' in text:
                self.proof = text.partition('name="proof" value="')[2].partition('"')[0]
            return answer.status, text

    async def download(self, path: str) -> tuple[aiohttp.ClientResponse, bytes]:
        async with self._session.get(path) as answer:
            return answer, await answer.read()

    async def send(self, path: str, fields: dict[str, str] | list[tuple[str, str]]) -> tuple[int, str]:
        pairs = list(fields.items()) if isinstance(fields, dict) else fields
        form = aiohttp.FormData([("proof", self.proof), *pairs])
        async with self._session.post(path, data=form) as answer:
            return answer.status, await answer.text()

    async def upload(self, *files: tuple[str, bytes]) -> tuple[int, str, str]:
        """Status, page, and where it is."""
        form = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
        form.add_field("proof", self.proof)
        for name, data in files:
            form.add_field("file", io.BytesIO(data), filename=name, content_type="text/csv")
        async with self._session.post("/finance/upload", data=form) as answer:
            return answer.status, await answer.text(), answer.url.raw_path_qs


SignIn = Callable[[str], Awaitable[Reader]]


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    """With two people in finance."""
    company = demo_company()
    company = replace(company, people=(*company.people, Person(SECOND, "李梅", 3, "财务", ("finance",))))
    async with sitting(database, tmp_path, company=company) as ready:
        yield ready


@pytest.fixture
async def sign_in(desk: Desk) -> AsyncIterator[SignIn]:
    sessions: list[aiohttp.ClientSession] = []

    async def sign_in(userid: str) -> Reader:
        """The way of the client: our page, the login, back to us with a code, the page."""
        session = aiohttp.ClientSession(desk.wecom.product_url, cookie_jar=aiohttp.CookieJar(unsafe=True))
        sessions.append(session)
        async with session.get("/finance", allow_redirects=False) as to_login:
            login = URL(to_login.headers["Location"]).update_query({"as": userid})
        async with aiohttp.ClientSession() as wecom, wecom.get(login, allow_redirects=False) as chosen:
            back = URL(chosen.headers["Location"])
        async with session.get(back.path_qs, allow_redirects=False) as done:
            assert done.status == 302
        return Reader(session)

    yield sign_in
    for session in sessions:
        await session.close()
