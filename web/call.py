"""The page behind a phone number on a card: one large button that dials (wecom.md 3.2)."""

from __future__ import annotations

import hmac

from aiohttp import web

from chat.texts.format import phone
from domain.ids import lead_id_in
from notify.links import call_proof
from scheduler.clock import Clock
from settings.house import HouseRules
from storage.database import Database
from storage.unit_of_work import look
from web.pages import page


def add_routes(app: web.Application, *, database: Database, rules: HouseRules, clock: Clock) -> None:
    async def show(request: web.Request) -> web.Response:
        lead_id = lead_id_in(request.match_info["lead"])
        proof = request.match_info["proof"]
        if lead_id is None or not hmac.compare_digest(proof, call_proof(rules.link_key, lead_id)):
            raise web.HTTPNotFound
        async with look(database, clock.now()) as work:
            lead = await work.leads.find(lead_id)
        if lead is None or not lead.state.is_open:
            raise web.HTTPNotFound
        return page(
            "call.html",
            lead=lead,
            digits=lead.phone + (f",{lead.ext}" if lead.ext else ""),
            shown=phone(lead.phone, lead.ext),
        )

    app.router.add_get("/call/{lead}/{proof}", show)
