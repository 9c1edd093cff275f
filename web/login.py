"""Signing in to the pages through WeCom (A4, wecom.md 5.1): the client says who reads, the roster says what they may.

A session is a signed cookie; who is frozen or has lost the role is out at the next click, since the roster is read
each time.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, urlsplit

import structlog
from aiohttp import web

from domain.ids import fold
from domain.people import Member, Role, Status
from scheduler.clock import Clock
from storage.database import Database
from storage.unit_of_work import look
from web.pages import sentence_page

log = structlog.get_logger()

SESSION, LOGIN = "dealbell_session", "dealbell_login"
SESSION_LASTS = timedelta(hours=12)
LOGIN_LASTS = timedelta(minutes=10)

WhoHasCode = Callable[[str], Awaitable[str]]
"""The one-time code of the login → userid; an empty text for somebody from outside, or a code that is no good.
Raises LoginTrouble."""


class LoginTrouble(Exception):
    """WeCom could not be asked."""


class Signed:
    """Small JSON that travels through the reader's hands and comes back unaltered, or not at all."""

    def __init__(self, key: bytes, purpose: str) -> None:
        self._key = hmac.new(key, purpose.encode(), hashlib.sha256).digest()

    def seal(self, value: dict[str, str], until: datetime) -> str:
        body = json.dumps({**value, "until": int(until.timestamp())}, separators=(",", ":"))
        packed = base64.urlsafe_b64encode(body.encode()).decode().rstrip("=")
        return f"{packed}.{self.proof(packed)}"

    def open(self, sealed: str, now: datetime) -> dict[str, str] | None:
        packed, _, proof = sealed.partition(".")
        if not hmac.compare_digest(proof.encode(), self.proof(packed).encode()):
            return None
        try:
            value = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
        except (ValueError, binascii.Error):
            return None
        return value if isinstance(value, dict) and value.get("until", 0) > now.timestamp() else None

    def proof(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class LoginAddress:
    """Where the client is sent to say who it is."""

    authorize_url: str
    corp_id: str
    agent_id: int
    public_url: str

    def with_state(self, state: str) -> str:
        """Order and the tail matter (wecom.md 5.1)."""
        back = quote(f"{self.public_url}/login/done", safe="")
        return (
            f"{self.authorize_url}?appid={self.corp_id}&redirect_uri={back}&response_type=code&scope=snsapi_base"
            f"&state={state}&agentid={self.agent_id}#wechat_redirect"
        )


class Login:
    def __init__(self, database: Database, clock: Clock, address: LoginAddress, who: WhoHasCode, key: bytes) -> None:
        self._database = database
        self._clock = clock
        self._address = address
        self._who = who
        self._sessions = Signed(key, "session")
        self._logins = Signed(key, "login")
        self._forms = Signed(key, "form")
        self._is_https = urlsplit(address.public_url).scheme == "https"

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/login/done", self._done)

    async def member(self, request: web.Request, *roles: Role) -> Member:
        """Who reads this page. Raises the answer instead: to the login, or a page that says who may see it."""
        session = self._sessions.open(request.cookies.get(SESSION, ""), self._clock.now())
        if session is None:
            if request.method != "GET":
                raise sentence_page(web.HTTPForbidden, "登录已过期，请回到页面刷新后再试。")
            # One slash: two would be another host.
            raise self._to_login("/" + str(request.rel_url).lstrip("/"))
        async with look(self._database, self._clock.now()) as work:
            member = await work.members.get(fold(session["userid"]))
        if member is None or member.status is Status.FROZEN:
            raise sentence_page(web.HTTPForbidden, "名册里没有你，或账号已停用。")
        if not member.has(*roles):
            raise sentence_page(web.HTTPForbidden, "这个页面只给财务和管理员用。")
        return member

    def form_proof(self, request: web.Request) -> str:
        """Goes into every form as a hidden field, so that no other site can send one in the reader's name."""
        return self._forms.proof(request.cookies.get(SESSION, ""))

    def check_form(self, request: web.Request, proof: object) -> None:
        if not isinstance(proof, str) or not hmac.compare_digest(proof.encode(), self.form_proof(request).encode()):
            raise sentence_page(web.HTTPForbidden, "页面已过期，请刷新后再试。")

    def _to_login(self, wanted: str) -> web.HTTPFound:
        state = secrets.token_hex(16)
        until = self._clock.now() + LOGIN_LASTS
        answer = web.HTTPFound(self._address.with_state(state))
        sealed = self._logins.seal({"state": state, "next": wanted}, until)
        self._set(answer, LOGIN, sealed, LOGIN_LASTS)
        return answer

    async def _done(self, request: web.Request) -> web.StreamResponse:
        """A code is good once: who reloads this address is sent to the login anew."""
        login = self._logins.open(request.cookies.get(LOGIN, ""), self._clock.now())
        if login is None or not hmac.compare_digest(login["state"], request.query.get("state", "")):
            raise sentence_page(web.HTTPForbidden, "登录没有完成，请从跟单铃里重新打开页面。")
        try:
            userid = await self._who(request.query.get("code", ""))
        except LoginTrouble as trouble:
            log.warning("login_waits_for_wecom", error=str(trouble))
            text = "企业微信没有应答，没能登录。过一会儿再从跟单铃里打开页面。"
            raise sentence_page(web.HTTPServiceUnavailable, text) from trouble
        if not userid:
            raise sentence_page(web.HTTPForbidden, "没认出你是谁，请在企业微信里从跟单铃重新打开页面。")
        # Only the path of our own page comes back from the sealed cookie.
        answer = web.HTTPFound(login["next"])
        answer.del_cookie(LOGIN, path="/")
        sealed = self._sessions.seal({"userid": userid}, self._clock.now() + SESSION_LASTS)
        self._set(answer, SESSION, sealed, SESSION_LASTS)
        raise answer

    def _set(self, answer: web.StreamResponse, name: str, value: str, lasts: timedelta) -> None:
        answer.set_cookie(
            name, value, max_age=int(lasts.total_seconds()), path="/", httponly=True, samesite="Lax",
            secure=self._is_https,
        )  # fmt: skip
