"""WeCom's callbacks: verify, decrypt, store in the inbox, answer. Nothing else happens in the request.

WeCom waits five seconds and takes only a 200; any other answer makes it try again, three times in all (wecom.md 1.4).
Bodies, queries and texts of errors from the database (they hold the stored values) never go to the log.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime

import structlog
from aiohttp import web
from prometheus_client import Counter

from bot.crypto import CallbackCrypto, CallbackRefused, Forbidden, NotDecodable, require_fresh
from bot.decode import decode_app, decode_bot, person_of, starts_plainly
from bot.points import reached
from chat.messages import Door, Entered, Incoming, Unknown
from scheduler.clock import Clock
from storage.intake import Intake, NewMessage

LARGEST = 1 << 20
"""Bytes of a request; callbacks carry texts and ids, never media."""

# Whatever precedes the signature check sees hostile bytes: one linear pattern instead of an XML parser.
_ENCRYPT = re.compile(r"<Encrypt>(?:<!\[CDATA\[)?([0-9A-Za-z+/=]+)(?:\]\]>)?</Encrypt>")

_log = structlog.get_logger()
_callbacks = Counter("dealbell_callbacks", "Requests to the callback addresses", ["door", "outcome"])

Decode = Callable[[str, datetime], Incoming]


class _TooLarge(CallbackRefused):
    pass


class _Callbacks:
    """The two requests that WeCom makes to one address."""

    def __init__(
        self,
        door: Door,
        crypto: CallbackCrypto,
        encrypted_in: Callable[[bytes], str],
        decode: Decode,
        intake: Intake,
        clock: Clock,
        welcome: str = "",
    ) -> None:
        self._door = door
        self._crypto = crypto
        self._encrypted_in = encrypted_in
        self._decode = decode
        self._intake = intake
        self._clock = clock
        self._welcome = welcome
        self._stored = _callbacks.labels(door, "stored")
        self._repeated = _callbacks.labels(door, "repeated")

    async def verify(self, request: web.Request) -> web.Response:
        """The console's check of the address: exactly the decrypted text comes back (wecom.md 1.1)."""
        try:
            # A proxy that encodes badly turns + into a space.
            echo = self._opened(request, request.query.get("echostr", "").replace(" ", "+"), self._clock.now())
        except CallbackRefused as refused:
            return self._refuse(refused)
        _callbacks.labels(self._door, "verified").inc()
        return web.Response(text=echo, content_type="text/plain")

    async def receive(self, request: web.Request) -> web.Response:
        now = self._clock.now()
        try:
            body = await _body(request)
            require_fresh(request.query.get("timestamp", ""), now)
            payload = self._opened(request, self._encrypted_in(body), now)
            incoming = self._decode(payload, now)
        except CallbackRefused as refused:
            return self._refuse(refused)
        if isinstance(incoming, Unknown) and incoming.kind == "stream":
            # WeCom asks for the next piece of a streamed answer; ours are never streamed.
            _callbacks.labels(self._door, "stream").inc()
            return web.Response()
        reached("callback.decrypted")
        message = NewMessage(incoming.envelope.key, person_of(incoming), self._door.value, payload, now)
        try:
            is_new = await self._intake.put(message)
        except Exception as error:
            _log.error("callback_not_stored", door=self._door, error=type(error).__name__)
            _callbacks.labels(self._door, "not_stored").inc()
            return web.Response(status=503)
        reached("callback.stored")
        (self._stored if is_new else self._repeated).inc()
        if self._welcome and isinstance(incoming, Entered):
            return self._welcoming(request.query.get("nonce", ""), now)
        return web.Response()

    def _opened(self, request: web.Request, encrypted: str, now: datetime) -> str:
        if not encrypted:
            raise NotDecodable("nothing encrypted")
        query = request.query
        self._crypto.verify(
            query.get("msg_signature", ""), query.get("timestamp", ""), query.get("nonce", ""), encrypted, now
        )
        return self._crypto.decrypt(encrypted)

    def _welcoming(self, nonce: str, now: datetime) -> web.Response:
        """Passive answer of the smart bot (wecom.md 2.5); text is allowed only here."""
        timestamp = int(now.timestamp())
        plain = json.dumps({"msgtype": "text", "text": {"content": self._welcome}}, ensure_ascii=False)
        encrypted, signature = self._crypto.encrypt(plain, nonce, str(timestamp))
        return web.json_response(
            {"encrypt": encrypted, "msgsignature": signature, "timestamp": timestamp, "nonce": nonce}
        )

    def _refuse(self, refused: CallbackRefused) -> web.Response:
        reason = type(refused).__name__.lstrip("_")
        _log.warning("callback_refused", door=self._door, reason=reason, detail=str(refused))
        _callbacks.labels(self._door, reason).inc()
        if isinstance(refused, _TooLarge):
            return web.Response(status=413)
        return web.Response(status=403 if isinstance(refused, Forbidden) else 400)


def add_routes(
    app: web.Application,
    *,
    app_door: CallbackCrypto | None,
    bot_door: CallbackCrypto | None,
    intake: Intake,
    clock: Clock,
    corp_id: str,
    welcome: str = "",
) -> None:
    """`welcome` answers the first opening of the bot's chat on a day directly."""

    def decode_own(payload: str, now: datetime) -> Incoming:
        return decode_app(payload, now, corp_id=corp_id)

    if app_door:
        _add(app, "/wecom/app", _Callbacks(Door.APP, app_door, _encrypted_in_xml, decode_own, intake, clock))
    if bot_door:
        _add(app, "/wecom/bot", _Callbacks(Door.BOT, bot_door, _encrypted_in_json, decode_bot, intake, clock, welcome))


def _add(app: web.Application, path: str, callbacks: _Callbacks) -> None:
    app.router.add_get(path, callbacks.verify, allow_head=False)
    app.router.add_post(path, callbacks.receive)


async def _body(request: web.Request) -> bytes:
    """Counted here, not by the application's limit, which may be larger for uploads; a length may be missing or lie."""
    if (request.content_length or 0) > LARGEST:
        raise _TooLarge("declared length")
    pieces = []
    size = 0
    try:
        while piece := await request.content.readany():
            size += len(piece)
            if size > LARGEST:
                raise _TooLarge("length")
            pieces.append(piece)
    except web.RequestPayloadError:
        raise NotDecodable("broken body") from None
    return b"".join(pieces)


def _encrypted_in_xml(body: bytes) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise NotDecodable("not UTF-8") from None
    found = _ENCRYPT.search(text) if starts_plainly(text) else None
    if found is None:
        raise NotDecodable("not the XML of a callback, or with a DOCTYPE")
    return found[1]


def _encrypted_in_json(body: bytes) -> str:
    try:
        encrypted = json.loads(body)["encrypt"]
    except (ValueError, RecursionError, KeyError, TypeError, IndexError):
        raise NotDecodable("not the JSON of a callback") from None
    if not isinstance(encrypted, str):
        raise NotDecodable("not the JSON of a callback")
    return encrypted
