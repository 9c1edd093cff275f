"""WeCom's courier: seals what happened, brings it to the server's callback address, brings back what it answers.

Five seconds for an answer, three tries in all, only HTTP 200 counts (wecom.md 1.4). Where a try is refused the next
one is sealed anew, with its own nonce.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp

from simulator.crypto import Seal, SealBroken
from simulator.payloads import read_xml, xml
from simulator.world import Json, World

_TRIES = 3


@dataclass(frozen=True, slots=True)
class Delivery:
    """`statuses` has one entry for each try; 0 stands for no answer in time."""

    statuses: tuple[int, ...]
    answers: tuple[str, ...] = ()
    """Decrypted passive answers, in order: one, unless the callback was brought more than once."""

    @property
    def status(self) -> int:
        return self.statuses[-1] if self.statuses else 0

    @property
    def is_acknowledged(self) -> bool:
        return 200 in self.statuses

    def then(self, other: Delivery) -> Delivery:
        return Delivery(self.statuses + other.statuses, self.answers + other.answers)


Attempt = Callable[[], Awaitable[Delivery]]
Opener = Callable[[str], str]


class Courier:
    def __init__(self, world: World, product_url: str = "") -> None:
        self._world = world
        self._opened_session: aiohttp.ClientSession | None = None
        self.product_url = product_url.rstrip("/")
        self.patience = 5.0
        """Seconds that a try waits for its answer."""
        company = world.company
        self.app_seal = Seal(company.app.token, company.app.encoding_aes_key, company.corp_id)
        self.bot_seal = Seal(company.bot.token, company.bot.encoding_aes_key, "")

    @property
    def _session(self) -> aiohttp.ClientSession:
        """Opened with the first use: a session belongs to a running loop."""
        if self._opened_session is None:
            self._opened_session = aiohttp.ClientSession()
        return self._opened_session

    async def close(self) -> None:
        if self._opened_session is not None:
            await self._opened_session.close()

    async def to_app(self, plain_xml: str) -> Delivery:
        return await self._bring(lambda: self._try_app(plain_xml), _TRIES)

    async def to_bot(self, body: Json, *, tries: int = _TRIES) -> Delivery:
        text = json.dumps(body, ensure_ascii=False)
        return await self._bring(lambda: self._try_bot(text), tries)

    async def verify(self, path: str, seal: Seal) -> bool:
        """The check that saving a callback address in the console makes: the echo has to come back to the byte."""
        echo = secrets.token_hex(10)
        encrypted = seal.encrypt(echo)
        query = self._query(seal, encrypted) | {"echostr": encrypted}
        try:
            async with self._session.get(self.product_url + path, params=query) as response:
                return response.status == 200 and await response.read() == echo.encode()
        except aiohttp.ClientError:
            return False

    async def _bring(self, once: Attempt, tries: int) -> Delivery:
        """The callback, and again as often as the weather repeats it."""
        await self._world.weather.callbacks_may_flow()
        delivery = await self._until_acknowledged(once, tries)
        for _ in range(self._world.weather.duplicates):
            delivery = delivery.then(await self._until_acknowledged(once, tries))
        return delivery

    async def _until_acknowledged(self, once: Attempt, tries: int) -> Delivery:
        delivery = Delivery(())
        for _ in range(tries):
            delivery = delivery.then(await once())
            if delivery.status == 200:
                break
        return delivery

    async def _try_app(self, plain_xml: str) -> Delivery:
        company = self._world.company
        encrypted = self.app_seal.encrypt(plain_xml)
        envelope = xml(
            [("ToUserName", company.corp_id), ("AgentID", str(company.app.agent_id)), ("Encrypt", encrypted)]
        )
        query = self._query(self.app_seal, encrypted)
        status, text = await self._post("/wecom/app", query, envelope, "text/xml")
        if status != 200 or text in ("", "success"):
            return Delivery((status,))
        return self._opened(status, text, self._open_app)

    async def _try_bot(self, plain: str) -> Delivery:
        encrypted = self.bot_seal.encrypt(plain)
        query = self._query(self.bot_seal, encrypted)
        status, text = await self._post("/wecom/bot", query, json.dumps({"encrypt": encrypted}), "application/json")
        if status != 200 or text in ("", "success"):
            return Delivery((status,))
        return self._opened(status, text, lambda answer: self._open_bot(answer, query["nonce"]))

    def _opened(self, status: int, text: str, opened: Opener) -> Delivery:
        try:
            return Delivery((status,), (opened(text),))
        except SealBroken as fault:
            self._world.complaints.append(f"passive answer: {fault}")
            return Delivery((status,))

    def _open_app(self, text: str) -> str:
        envelope = read_xml(text)
        encrypted, signed, timestamp, nonce = (
            envelope.findtext(tag, "") for tag in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")
        )
        return self.app_seal.open(encrypted, signed, timestamp, nonce)

    def _open_bot(self, text: str, nonce: str) -> str:
        try:
            envelope = json.loads(text)
            encrypted, signed, timestamp = envelope["encrypt"], envelope["msgsignature"], envelope["timestamp"]
        except (ValueError, KeyError, TypeError) as fault:
            raise SealBroken(f"not an envelope: {fault!r}") from fault
        if envelope.get("nonce") != nonce:
            raise SealBroken("the nonce of the answer is not that of the address")
        if not isinstance(timestamp, int):
            raise SealBroken("timestamp has to be a number")
        return self.bot_seal.open(encrypted, signed, str(timestamp), nonce)

    def _query(self, seal: Seal, encrypted: str) -> dict[str, str]:
        timestamp, nonce = str(int(self._world.now().timestamp())), str(secrets.randbelow(10**10))
        return {"msg_signature": seal.sign(timestamp, nonce, encrypted), "timestamp": timestamp, "nonce": nonce}

    async def _post(self, path: str, query: dict[str, str], body: str, kind: str) -> tuple[int, str]:
        if not self.product_url:
            return 0, ""
        try:
            async with self._session.post(
                self.product_url + path,
                params=query,
                data=body.encode(),
                headers={"Content-Type": kind},
                timeout=aiohttp.ClientTimeout(total=self.patience),
            ) as response:
                return response.status, await response.text()
        except (aiohttp.ClientError, TimeoutError):
            return 0, ""
