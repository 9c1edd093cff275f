"""WeCom's API over aiohttp (wecom.md 3): one token for all processes, errors by class, raw UTF-8, no secrets in texts.

Bodies come rendered (bot/wecom_body.py), so that a repeat is the same to the byte.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import Message
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import aiohttp
from prometheus_client import Counter, Histogram

from bot.crypto import NotDecodable, decrypt_media
from bot.wecom_errors import (
    AddressRefused,
    ErrorClass,
    MediaRefused,
    MediaTooLarge,
    WeComError,
    WeComUncertain,
    WeComUnreachable,
    scrubbed,
)
from scheduler.clock import Clock, stopwatch
from storage.tokens import TokenStore

CALLS = Counter("dealbell_wecom_calls", "Calls to WeCom's API", ["path", "outcome"])
SECONDS = Histogram("dealbell_wecom_seconds", "One call to WeCom's API", buckets=(0.02, 0.05, 0.1, 0.25, 0.5, 1, 5, 15))

TIMEOUT = aiohttp.ClientTimeout(total=10, connect=4)
MEDIA_TIMEOUT = aiohttp.ClientTimeout(total=60, connect=4, sock_read=20)
OWN_HOSTS = ("qyapi.weixin.qq.com",)
OWN_DOMAINS = (".weixin.qq.com", ".qq.com", ".qpic.cn", ".myqcloud.com", ".wework.qpic.cn")
"""Where WeCom's media of the smart bot have been seen to lie."""
QUIET_AFTER_WRONG_SECRET = timedelta(minutes=10)
"""Repeated wrong secrets get the address blocked for an hour (wecom.md 3.1)."""
RANGE = 20 << 20
"""Bytes; a larger file has to be asked for in pieces (830002)."""
WRONG_SECRET = 40001
LOGIN_CODE_SPENT = 40029
NEEDS_RANGE = 830002


T = TypeVar("T")
Body = bytes | Callable[[], aiohttp.FormData] | None
"""A form is made anew for each try: one that has been sent is empty (wecom.md 6.3)."""


@dataclass(frozen=True, slots=True)
class SendResult:
    msgid: str
    response_code: str
    invalid_users: tuple[str, ...]
    unlicensed_users: tuple[str, ...]


class WeComClient:
    """Methods raise WeComError, WeComUnreachable or WeComUncertain (bot/wecom_errors.py)."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        api_base: str,
        corp_id: str,
        secret: str,
        agent_id: int,
        tokens: TokenStore,
        clock: Clock,
        largest_media: int = 20 << 20,
    ) -> None:
        """`largest_media`: bytes of a file that is taken from WeCom."""
        self._session = session
        self._base = api_base.rstrip("/")
        self._corp_id = corp_id
        self._secret = secret
        self._agent_id = agent_id
        self._tokens = tokens
        self._clock = clock
        self.largest_media = largest_media
        self._token_name = f"{corp_id}:{agent_id}"
        self._quiet_until: datetime | None = None
        self._wrong_secret: WeComError | None = None
        self.trouble = ""
        """Of the last call, for /readyz; empty where it went well."""

    # messages

    async def send(self, body: bytes) -> SendResult:
        answer = await self._call("message/send", body)
        return SendResult(
            str(answer.get("msgid", "")),
            str(answer.get("response_code", "")),
            _users(answer, "invaliduser"),
            _users(answer, "unlicenseduser"),
        )

    async def update_card(self, body: bytes) -> None:
        await self._call("message/update_template_card", body)

    async def recall(self, msgid: str) -> None:
        await self._call("message/recall", json.dumps({"msgid": msgid}).encode())

    async def reply(self, response_url: str, body: bytes) -> None:
        """The smart bot's one deferred answer; needs no token."""
        self._check_host(response_url)
        await self._post("aibot/response", response_url, body)

    async def webhook_send(self, key: str, body: bytes) -> None:
        await self._post("webhook/send", f"{self._base}/cgi-bin/webhook/send?key={key}", body)

    # contacts and settings

    async def user_get(self, userid: str) -> dict[str, Any]:
        return await self._call("user/get", params={"userid": userid})

    async def user_simplelist(self, department_id: int) -> list[dict[str, Any]]:
        return list((await self._call("user/simplelist", params={"department_id": str(department_id)}))["userlist"])

    async def department_simplelist(self) -> list[dict[str, Any]]:
        return list((await self._call("department/simplelist"))["department_id"])

    async def agent_get(self) -> dict[str, Any]:
        return await self._call("agent/get", params={"agentid": str(self._agent_id)})

    async def userid_of_code(self, code: str) -> str:
        """The login's one-time code → userid; empty for somebody from outside and for a code that is no good."""
        try:
            answer = await self._call("auth/getuserinfo", params={"code": code})
        except WeComError as error:
            if error.errcode == LOGIN_CODE_SPENT:
                return ""
            raise
        return str(answer.get("userid", ""))

    # media

    async def upload_media(self, kind: str, file_name: str, data: bytes) -> str:
        """Returns the media_id. The name goes raw: encoded ones end in 44001 (wecom.md 3.7)."""

        def form() -> aiohttp.FormData:
            made = aiohttp.FormData(quote_fields=False)
            made.add_field("media", data, filename=file_name, content_type="application/octet-stream")
            return made

        return str((await self._call("media/upload", form, params={"type": kind}))["media_id"])

    async def get_media(self, media_id: str) -> tuple[bytes, str, str]:
        """(bytes, file name, content type). Errors come as 200 with JSON; large files in pieces."""
        token = await self._token()
        try:
            return await self._download(self._media_url(token, media_id))
        except WeComError as error:
            if error.error_class is not ErrorClass.REFRESH:
                raise
        return await self._download(self._media_url(await self._token(failed=token), media_id))

    async def fetch_bot_media(self, url: str, aes_key: str) -> tuple[bytes, str, str]:
        """Encrypted with the bot's key, good for five minutes (wecom.md 2.3)."""
        self._check_host(url)
        data, name, content_type = await self._download(url)
        try:
            return decrypt_media(data, aes_key), name, content_type
        except NotDecodable as error:
            raise MediaRefused("not encrypted with the bot's key") from error

    def _media_url(self, token: str, media_id: str) -> str:
        return f"{self._base}/cgi-bin/media/get?access_token={token}&media_id={media_id}"

    async def _download(self, url: str) -> tuple[bytes, str, str]:
        try:
            data, answer = await self._get_bytes(url, {})
        except WeComError as error:
            if error.errcode != NEEDS_RANGE:
                raise
            data, answer = await self._get_bytes(url, _range_from(0))
        pieces = [data]
        size = len(data)
        while data and size < (_total(answer) or 0):
            data, answer = await self._get_bytes(url, _range_from(size))
            pieces.append(data)
            size += len(data)
            self._check_size(size)
        return b"".join(pieces), _file_name(answer), answer.content_type

    async def _get_bytes(self, url: str, headers: dict[str, str]) -> tuple[bytes, aiohttp.ClientResponse]:
        with _world_trouble():
            async with self._session.get(url, headers=headers, timeout=MEDIA_TIMEOUT) as answer:
                self._check_size(max(answer.content_length or 0, _total(answer) or 0))
                if answer.status >= 400:
                    raise WeComUncertain(f"HTTP {answer.status}")
                data = await self._counted(answer)
        if answer.content_type in ("application/json", "text/plain"):
            _raise_if_error(_json_or_none(data))
        return data, answer

    async def _counted(self, answer: aiohttp.ClientResponse) -> bytes:
        """A declared size may be missing, so what comes is counted before it fills the memory."""
        data = bytearray()
        async for piece in answer.content.iter_any():
            data += piece
            self._check_size(len(data))
        return bytes(data)

    def _check_size(self, size: int) -> None:
        if size > self.largest_media:
            raise MediaTooLarge(self.largest_media)

    # token

    async def _token(self, *, failed: str | None = None) -> str:
        now = self._clock.now()
        if self._wrong_secret is not None and self._quiet_until is not None and now < self._quiet_until:
            raise self._wrong_secret
        if failed is None and (known := await self._tokens.current(self._token_name, now)) is not None:
            return known
        return await self._tokens.renew(self._token_name, now, failed=failed, fetch=self._fetch_token)

    async def _fetch_token(self) -> tuple[str, timedelta]:
        params = {"corpid": self._corp_id, "corpsecret": self._secret}
        try:
            with _world_trouble():
                async with self._session.get(
                    f"{self._base}/cgi-bin/gettoken", params=params, timeout=TIMEOUT
                ) as answer:
                    got = _json_or_none(await answer.read())
            fetched = _checked(got)
        except WeComUncertain as error:
            # Whatever became of it, the call that needs the token has not been made.
            raise WeComUnreachable(f"no token: {error}") from None
        except WeComError as error:
            # Here 40001 says that the secret is wrong, and no repeat will make it right.
            if error.errcode == WRONG_SECRET:
                error.error_class = ErrorClass.PERMANENT
                self._wrong_secret, self._quiet_until = error, self._clock.now() + QUIET_AFTER_WRONG_SECRET
            CALLS.labels("gettoken", str(error.errcode)).inc()
            raise
        CALLS.labels("gettoken", "ok").inc()
        self._wrong_secret = None
        return str(fetched["access_token"]), timedelta(seconds=int(fetched.get("expires_in", 7200)))

    # one call

    async def _call(self, path: str, body: Body = None, params: dict[str, str] | None = None) -> dict[str, Any]:
        """With the token; once more with a new one where it was refused."""
        token = await self._noting_trouble(self._token())
        try:
            return await self._noting_trouble(self._once(path, token, body, params))
        except WeComError as error:
            is_stale = error.error_class is ErrorClass.REFRESH or error.errcode == WRONG_SECRET
            if not is_stale:
                raise
        token = await self._noting_trouble(self._token(failed=token))
        return await self._noting_trouble(self._once(path, token, body, params))

    async def _once(self, path: str, token: str, body: Body, params: dict[str, str] | None) -> dict[str, Any]:
        url = f"{self._base}/cgi-bin/{path}"
        data = body() if callable(body) else body
        return await self._post(path, url, data, {"access_token": token, **(params or {})})

    async def _post(
        self, path: str, url: str, body: bytes | aiohttp.FormData | None, params: dict[str, str] | None = None
    ) -> dict[str, Any]:
        method = "GET" if body is None else "POST"
        headers = {"Content-Type": "application/json; charset=utf-8"} if isinstance(body, bytes) else {}
        started = stopwatch()
        outcome = "lost"
        try:
            with _world_trouble():
                async with self._session.request(
                    method, url, params=params, data=body, headers=headers, timeout=TIMEOUT
                ) as answer:
                    raw = await answer.read()
                    if answer.status >= 500:
                        raise WeComUncertain(f"HTTP {answer.status}")
            got = _checked(_json_or_none(raw))
            outcome = "ok"
            return got
        except WeComError as error:
            outcome = str(error.errcode)
            raise
        except WeComUnreachable:
            outcome = "unreachable"
            raise
        finally:
            CALLS.labels(path, outcome).inc()
            SECONDS.observe(stopwatch() - started)

    async def _noting_trouble(self, call: Awaitable[T]) -> T:
        try:
            result = await call
        except (WeComUnreachable, WeComUncertain) as error:
            self.trouble = type(error).__name__
            raise
        except WeComError as error:
            self.trouble = f"errcode {error.errcode}" if error.error_class is ErrorClass.PERMANENT else ""
            raise
        self.trouble = ""
        return result

    def _check_host(self, url: str) -> None:
        """Addresses that messages carry are called only at api_base or at WeCom's own hosts (interfaces.md)."""
        theirs, ours = urlsplit(url), urlsplit(self._base)
        if (theirs.scheme, theirs.hostname, theirs.port) == (ours.scheme, ours.hostname, ours.port):
            return
        host = theirs.hostname or ""
        is_own = host in OWN_HOSTS or host.endswith(OWN_DOMAINS)
        if not is_own or theirs.username or (theirs.scheme != "https" and ours.scheme != "http"):
            raise AddressRefused(f"not an address of WeCom: {host or 'none'}")


@contextmanager
def _world_trouble() -> Iterator[None]:
    """What aiohttp raises, as what may be done about it: nothing was sent, or nobody knows."""
    try:
        yield
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise WeComUnreachable(type(error).__name__) from None
    except (aiohttp.ClientError, TimeoutError) as error:
        raise WeComUncertain(type(error).__name__) from None


def _json_or_none(raw: bytes) -> dict[str, Any] | None:
    try:
        got = json.loads(raw)
    except ValueError:
        return None
    return got if isinstance(got, dict) else None


def _checked(got: dict[str, Any] | None) -> dict[str, Any]:
    if got is None:
        raise WeComUncertain("an answer that is not JSON")
    _raise_if_error(got)
    return got


def _raise_if_error(got: dict[str, Any] | None) -> None:
    errcode = (got or {}).get("errcode", 0)
    # A member's own JSON file may have an errcode of any kind.
    if got is not None and isinstance(errcode, int) and errcode != 0:
        raise WeComError(errcode, scrubbed(str(got.get("errmsg", ""))))


def _users(answer: dict[str, Any], key: str) -> tuple[str, ...]:
    return tuple(userid for userid in str(answer.get(key) or "").split("|") if userid)


def _range_from(start: int) -> dict[str, str]:
    return {"Range": f"bytes={start}-{start + RANGE - 1}"}


def _total(answer: aiohttp.ClientResponse) -> int | None:
    """Of a file that came in pieces: bytes 0-99/1000."""
    told = answer.headers.get("Content-Range", "").rpartition("/")[2]
    return int(told) if told.isdigit() else None


def _file_name(answer: aiohttp.ClientResponse) -> str:
    """From Content-Disposition, in raw UTF-8, percent-encoded, or as RFC 2231 wants it."""
    header = answer.headers.get("Content-Disposition", "")
    message = Message()
    message["Content-Disposition"] = header.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return unquote(message.get_filename("") or "").strip()
