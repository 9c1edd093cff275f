"""Pages that people open: one look, templates that escape by themselves, headers that keep strangers out (A4)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from chat.texts.payments import money
from storage.database import DATABASE_AWAY

if TYPE_CHECKING:
    from jinja2 import Environment

log = structlog.get_logger()

_HERE = Path(__file__).parent
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def page(template: str, **facts: object) -> web.Response:
    return web.Response(text=_rendered(template, facts), content_type="text/html", headers=HEADERS)


def sentence_page(kind: type[web.HTTPException], text: str) -> web.HTTPException:
    """To be raised: a page that holds one sentence."""
    return kind(text=_rendered("sentence.html", {"text": text}), content_type="text/html", headers=HEADERS)


def steady(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> Handler:
    """Whatever happens, who reads gets a sentence."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException:
            raise
        except DATABASE_AWAY as error:
            log.warning("page_waits_for_database", path=request.path, error=type(error).__name__)
            raise sentence_page(web.HTTPServiceUnavailable, "现在读不到数据，过一会儿刷新再看。") from error
        except Exception as error:
            log.exception("page_broke", path=request.path)
            text = "这个页面出错了，原因已经记在日志里。回到上一页再试一次，还不行请告诉机器人管理员。"
            raise sentence_page(web.HTTPInternalServerError, text) from error

    return handle


def add_routes(app: web.Application) -> None:
    """What all pages share, and the front page, to which a tap on the body of a card leads."""
    app.router.add_get("/", _front)
    app.router.add_static("/static/", _HERE / "static")


async def _front(_request: web.Request) -> web.Response:
    return page("sentence.html", text="跟单铃只在聊天里说话。回到企业微信，点卡片上的按钮，或者发“帮助”。")


def _rendered(template: str, facts: dict[str, object]) -> str:
    return _templates().get_template(template).render(facts)


@cache
def _templates() -> Environment:
    # Loaded with the first page: a server that only chats never needs it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    templates = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["money"] = money
    return templates
