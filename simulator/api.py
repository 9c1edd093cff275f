"""The API paths of WeCom that the product calls."""

from __future__ import annotations

from aiohttp import web

from simulator import contacts, login, media, robots, sending
from simulator.pipeline import Route
from simulator.world import World

ROUTES = (
    Route("GET", "/cgi-bin/gettoken", login.gettoken, needs_token=False),
    Route("POST", "/cgi-bin/message/send", sending.send),
    Route("POST", "/cgi-bin/message/update_template_card", sending.update_template_card),
    Route("POST", "/cgi-bin/message/recall", sending.recall),
    Route("POST", "/cgi-bin/media/upload", media.upload, is_json=False),
    Route("GET", "/cgi-bin/media/get", media.download),
    Route("GET", "/cgi-bin/user/get", contacts.user),
    Route("GET", "/cgi-bin/user/simplelist", contacts.user_simplelist),
    Route("GET", "/cgi-bin/user/list", contacts.user_list),
    Route("GET", "/cgi-bin/department/simplelist", contacts.department_simplelist),
    Route("GET", "/cgi-bin/department/get", contacts.department),
    Route("GET", "/cgi-bin/agent/get", contacts.agent),
    Route("GET", "/cgi-bin/getcallbackip", contacts.addresses),
    Route("GET", "/cgi-bin/get_api_domain_ip", contacts.addresses),
    Route("GET", "/cgi-bin/auth/getuserinfo", login.getuserinfo),
    Route("GET", "/connect/oauth2/authorize", login.authorize, needs_token=False),
    Route("POST", "/cgi-bin/webhook/send", robots.webhook_send, needs_token=False),
    Route("POST", "/cgi-bin/webhook/upload_media", media.upload_for_webhook, needs_token=False, is_json=False),
    Route("POST", "/cgi-bin/aibot/response", robots.bot_response, needs_token=False),
    Route("GET", "/aibot-media/{media_id}", media.download_for_bot, needs_token=False),
)


def mount(router: web.UrlDispatcher, world: World) -> None:
    for route in ROUTES:
        route.mount(router, world)
