"""Signing in through WeCom: only members with the role get in, and a session cannot be made up (A4)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import CookieJar, web
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from domain.people import Role
from tests.kit.desk import Desk
from tests.scenarios.conftest import desk
from web.login import SESSION, Login, LoginAddress, Signed

__all__ = ["desk"]

Pages = TestClient[web.Request, web.Application]


@pytest.fixture
async def pages(desk: Desk, aiohttp_client: Callable[..., Awaitable[Pages]], unused_tcp_port: int) -> Pages:
    """A page for finance, on a server of its own, with the pretend WeCom to sign in at."""
    app = web.Application()
    port = unused_tcp_port
    public_url = f"http://127.0.0.1:{port}"
    company = desk.wecom.company
    login = Login(
        desk.house.database,
        desk.clock,
        LoginAddress(f"{desk.wecom.api_base}/connect/oauth2/authorize", company.corp_id, 1000002, public_url),
        desk.house.client.userid_of_code,
        b"key",
    )

    async def show(request: web.Request) -> web.Response:
        member = await login.member(request, Role.FINANCE)
        return web.json_response({"name": member.name, "proof": login.form_proof(request), "at": str(request.rel_url)})

    async def act(request: web.Request) -> web.Response:
        member = await login.member(request, Role.FINANCE)
        login.check_form(request, (await request.post()).get("proof"))
        return web.Response(text=f"done by {member.name}")

    app.router.add_get("/money", show)
    app.router.add_post("/money", act)
    login.add_routes(app)
    return await aiohttp_client(TestServer(app, port=port), cookie_jar=CookieJar(unsafe=True))


async def signed_in(client: Pages, userid: str, path: str = "/money?day=3") -> None:
    """Follows the way of the client inside WeCom: our page, the login, back to us with a code, the page."""
    to_login = await client.get(path, allow_redirects=False)
    assert to_login.status == 302
    async with aiohttp.ClientSession() as wecom:
        chosen = await wecom.get(URL(to_login.headers["Location"]).update_query({"as": userid}), allow_redirects=False)
        back = URL(chosen.headers["Location"])
    done = await client.get(back.path_qs, allow_redirects=False)
    assert done.status == 302
    assert done.headers["Location"] == path


async def test_finance_gets_in_and_comes_back_to_the_page_that_was_wanted(pages: Pages, desk: Desk) -> None:
    await signed_in(pages, "qianfang")
    shown = await (await pages.get("/money?day=3", allow_redirects=False)).json()
    assert (shown["name"], shown["at"]) == ("钱芳", "/money?day=3")
    sent = await pages.post("/money", data={"proof": shown["proof"]})
    assert await sent.text() == "done by 钱芳"


async def test_a_rep_is_told_that_the_page_is_not_theirs(pages: Pages) -> None:
    await signed_in(pages, "lina")
    refused = await pages.get("/money", allow_redirects=False)
    assert refused.status == 403
    assert "只给财务" in await refused.text()


async def test_a_form_from_another_site_is_refused(pages: Pages) -> None:
    await signed_in(pages, "qianfang")
    assert (await pages.post("/money", data={"proof": "made up"})).status == 403
    assert (await pages.post("/money", data={})).status == 403


async def test_a_session_ends_after_twelve_hours(pages: Pages, desk: Desk) -> None:
    await signed_in(pages, "qianfang")
    desk.clock.move_to(desk.clock.now() + timedelta(hours=12, seconds=1))
    assert (await pages.get("/money", allow_redirects=False)).status == 302


async def test_who_has_left_is_out_at_the_next_click(pages: Pages, desk: Desk) -> None:
    await signed_in(pages, "qianfang")
    await desk.wecom.leave("qianfang")
    await desk.settle()
    assert (await pages.get("/money", allow_redirects=False)).status == 403


async def test_a_login_with_another_state_or_a_made_up_code_ends_in_a_sentence(pages: Pages) -> None:
    assert (await pages.get("/login/done?code=x&state=y", allow_redirects=False)).status == 403
    to_login = await pages.get("/money", allow_redirects=False)
    state = URL(to_login.headers["Location"]).query["state"]
    refused = await pages.get(f"/login/done?code=madeup&state={state}", allow_redirects=False)
    assert refused.status == 403
    assert "没认出你是谁" in await refused.text()


async def test_a_session_that_was_changed_is_none(pages: Pages, desk: Desk) -> None:
    other = Signed(b"another key", "session").seal({"userid": "qianfang"}, desk.clock.now() + timedelta(hours=1))
    for cookie in (other, "", ".", "a.b", "é.x"):
        pages.session.cookie_jar.update_cookies({SESSION: cookie}, pages.make_url("/"))
        assert (await pages.get("/money", allow_redirects=False)).status == 302
