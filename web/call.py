"""The page behind a phone number on a card: one large button that dials (wecom.md 3.2)."""

from __future__ import annotations

import hmac
from html import escape

from aiohttp import web

from chat.texts.format import phone
from domain.ids import lead_id_in
from notify.links import call_proof
from scheduler.clock import Clock
from settings.house import HouseRules
from storage.database import Database
from storage.unit_of_work import begin_work

PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>{customer}</title>
<style>body{{font:17px/1.6 system-ui,sans-serif;margin:0;padding:12vh 24px;text-align:center;color:#1f2d3d}}
a{{display:block;margin:32px auto;max-width:320px;padding:16px;border-radius:12px;background:#07c160;color:#fff;
font-size:22px;text-decoration:none}}p{{color:#6b7785;margin:4px}}
@media(prefers-color-scheme:dark){{body{{background:#111;color:#eee}}p{{color:#aaa}}}}</style>
<h1>{customer}</h1><p>{model} · {channel}</p><a href="tel:{digits}">拨打 {shown}</a>
<p>打完回到跟单铃，点卡片上的“已联系”</p></html>"""


def add_routes(app: web.Application, *, database: Database, rules: HouseRules, clock: Clock) -> None:
    async def show(request: web.Request) -> web.Response:
        lead_id = lead_id_in(request.match_info["lead"])
        proof = request.match_info["proof"]
        if lead_id is None or not hmac.compare_digest(proof, call_proof(rules.link_key, lead_id)):
            raise web.HTTPNotFound
        async with begin_work(database, clock.now(), actor="web") as work:
            lead = await work.leads.find(lead_id)
        if lead is None or not lead.state.is_open:
            raise web.HTTPNotFound
        page = PAGE.format(
            customer=escape(lead.customer),
            model=escape(lead.model),
            channel=escape(lead.channel),
            digits=escape(lead.phone + (f",{lead.ext}" if lead.ext else "")),
            shown=escape(phone(lead.phone, lead.ext)),
        )
        return web.Response(text=page, content_type="text/html", headers={"Cache-Control": "no-store"})

    app.router.add_get("/call/{lead}/{proof}", show)
