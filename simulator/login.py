"""OAuth inside the client, pretended: the page asks who you are and goes back with a code (wecom.md 5.1)."""

from __future__ import annotations

from html import escape

from aiohttp import web
from yarl import URL

from simulator.errors import ApiError
from simulator.pipeline import Asked
from simulator.world import LOGIN_CODE_LIFE, Json, World

VIEWER = "viewer"
"""A cookie that says in whose window a page was opened, as the client itself would know."""

_PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>以谁的身份打开</title>
<style>body{{font:16px/1.6 system-ui,sans-serif;max-width:24rem;margin:10vh auto;padding:0 1rem}}
a{{display:block;padding:.6rem 0;color:inherit;border-bottom:1px solid #8884}}</style>
<h1 style="font-size:1.1rem">以谁的身份打开</h1>{people}</html>"""


async def gettoken(asked: Asked) -> Json:
    company = asked.world.company
    if not asked.query.get("corpid"):
        raise ApiError(41002)
    if not asked.query.get("corpsecret"):
        raise ApiError(41004)
    if asked.query["corpid"] != company.corp_id:
        raise ApiError(40013)
    if asked.query["corpsecret"] != company.app.secret:
        raise ApiError(40001)
    return {"access_token": asked.world.new_token(), "expires_in": 7200}


async def authorize(asked: Asked) -> web.StreamResponse:
    """With `as=userid`, or out of a member's window, it goes straight on; else the reader of the page chooses."""
    world, query = asked.world, asked.query
    if query.get("appid") != world.company.corp_id or query.get("response_type") != "code":
        raise ApiError(40013)
    target = URL(query.get("redirect_uri", ""))
    if target.scheme not in ("http", "https") or not target.host:
        raise ApiError(50001)
    if userid := query.get("as") or asked.request.cookies.get(VIEWER):
        code = world.new_login_code(userid)
        raise web.HTTPFound(target.update_query(code=code, state=query.get("state", "")))
    return web.Response(text=_choice(world, asked.request.url), content_type="text/html", charset="utf-8")


def _choice(world: World, here: URL) -> str:
    links = (
        f'<a href="{escape(str(here.update_query({"as": member.person.userid})))}">{escape(member.person.name)}</a>'
        for member in world.reachable()
    )
    return _PAGE.format(people="".join(links))


async def getuserinfo(asked: Asked) -> Json:
    world = asked.world
    code = world.good_code(world.login_codes, asked.query.get("code", ""), LOGIN_CODE_LIFE)
    if code is None:
        raise ApiError(40029)
    code.is_used = True
    member = world.member(code.about)
    return {"userid": member.person.userid} if member else {"openid": code.about}
