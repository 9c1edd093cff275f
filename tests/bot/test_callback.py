"""The callback addresses, with the pretend WeCom's courier and its own sealing on the other side."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import aiohttp
import pytest
import sqlalchemy as sa
from aiohttp import web

from bot import callback
from bot.app import listening
from bot.crypto import CallbackCrypto
from simulator.crypto import Seal
from simulator.pretend import PretendWeCom
from storage.database import Database
from storage.intake import Intake
from storage.tables import inbox
from tests.kit.clock import FakeClock

POST = "【线索响应】恒达机械 13800001111 X200 展会"
WELCOME = "你好，我是跟单铃。"
APP_TEXT = (
    "<xml><ToUserName><![CDATA[wwdemo0123456789ab]]></ToUserName><FromUserName><![CDATA[zhangwei]]></FromUserName>"
    "<CreateTime>1795399200</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[待办]]></Content>"
    "<MsgId>7300000000000000001</MsgId><AgentID>1000002</AgentID></xml>"
)
BOT_TEXT = json.dumps(
    {
        "msgid": "m1",
        "chattype": "single",
        "from": {"userid": "zhangwei"},
        "msgtype": "text",
        "text": {"content": "待办"},
    }
)


@dataclass(frozen=True)
class Raw:
    """One request as it goes over the wire."""

    path: str
    body: bytes
    signature: str
    timestamp: str
    nonce: str = "n1"

    @property
    def query(self) -> dict[str, str]:
        return {"msg_signature": self.signature, "timestamp": self.timestamp, "nonce": self.nonce}


class Edge:
    def __init__(self, wecom: PretendWeCom, clock: FakeClock, database: Database, http: aiohttp.ClientSession) -> None:
        self.wecom = wecom
        self.clock = clock
        self._database = database
        self._http = http
        self.app_seal = wecom.courier.app_seal
        self.bot_seal = wecom.courier.bot_seal

    async def rows(self) -> list[tuple[str, str, str]]:
        """(person, door, payload)"""
        async with self._database.reading() as connection:
            found = await connection.execute(
                sa.select(inbox.c.person, inbox.c.door, inbox.c.payload).order_by(inbox.c.id)
            )
            return [tuple(row) for row in found]

    def app_call(self, plain: str = APP_TEXT, *, seal: Seal | None = None, off: timedelta = timedelta()) -> Raw:
        return self._signed(seal or self.app_seal, "/wecom/app", plain, off, envelope_in_xml)

    def bot_call(self, plain: str = BOT_TEXT, *, seal: Seal | None = None, off: timedelta = timedelta()) -> Raw:
        return self._signed(seal or self.bot_seal, "/wecom/bot", plain, off, envelope_in_json)

    def _signed(self, seal: Seal, path: str, plain: str, off: timedelta, envelope: Callable[[str], bytes]) -> Raw:
        encrypted = seal.encrypt(plain)
        timestamp = str(int((self.clock.now() + off).timestamp()))
        return Raw(path, envelope(encrypted), seal.sign(timestamp, "n1", encrypted), timestamp)

    async def post(self, raw: Raw) -> tuple[int, bytes]:
        url = self.wecom.product_url + raw.path
        async with self._http.post(url, params=raw.query, data=io.BytesIO(raw.body)) as answer:
            return answer.status, await answer.read()

    async def get(self, path: str, echo: str, seal: Seal, *, signature: str = "") -> tuple[int, str, str]:
        timestamp = str(int(self.clock.now().timestamp()))
        raw = Raw(path, b"", signature or seal.sign(timestamp, "n1", echo), timestamp)
        async with self._http.get(self.wecom.product_url + path, params=raw.query | {"echostr": echo}) as answer:
            return answer.status, await answer.text(), answer.content_type


def envelope_in_xml(encrypted: str) -> bytes:
    return f"<xml><ToUserName><![CDATA[ww]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode()


def envelope_in_json(encrypted: str) -> bytes:
    return json.dumps({"encrypt": encrypted}).encode()


@pytest.fixture
async def edge(database: Database) -> AsyncIterator[Edge]:
    clock = FakeClock()
    async with PretendWeCom.running(clock) as wecom, aiohttp.ClientSession() as http:
        company = wecom.company
        served = web.Application(client_max_size=callback.LARGEST)
        callback.add_routes(
            served,
            app_door=CallbackCrypto(company.app.token, company.app.encoding_aes_key, company.corp_id),
            bot_door=CallbackCrypto(company.bot.token, company.bot.encoding_aes_key, ""),
            intake=Intake(database),
            clock=clock,
            corp_id=company.corp_id,
            welcome=WELCOME,
        )
        async with listening(served, "127.0.0.1", 0) as port:
            wecom.product_url = f"http://127.0.0.1:{port}"
            yield Edge(wecom, clock, database, http)
            assert wecom.complaints == []


# The console's check of an address


async def test_both_addresses_pass_the_consoles_check(edge: Edge) -> None:
    assert await edge.wecom.verify_callbacks() == (True, True)
    assert await edge.rows() == []


@pytest.mark.parametrize("door", ["app", "bot"])
async def test_the_echo_comes_back_as_plain_text_to_the_byte(edge: Edge, door: str) -> None:
    seal = edge.app_seal if door == "app" else edge.bot_seal
    assert await edge.get(f"/wecom/{door}", seal.encrypt("1616140317555161061"), seal) == (
        200,
        "1616140317555161061",
        "text/plain",
    )


async def test_an_echo_whose_plus_signs_became_spaces_is_still_answered(edge: Edge) -> None:
    """Some proxies decode badly (wecom.md 1.1)."""
    echo = next(sealed for _ in range(1000) if "+" in (sealed := edge.app_seal.encrypt("echo")))
    timestamp = str(int(edge.clock.now().timestamp()))
    raw = Raw("/wecom/app", b"", edge.app_seal.sign(timestamp, "n1", echo), timestamp)
    async with (
        aiohttp.ClientSession() as http,
        http.get(edge.wecom.product_url + raw.path, params=raw.query | {"echostr": echo.replace("+", " ")}) as answer,
    ):
        assert (answer.status, await answer.text()) == (200, "echo")


@pytest.mark.parametrize("door", ["app", "bot"])
async def test_an_echo_that_is_not_ours_is_403_and_one_that_is_missing_400(edge: Edge, door: str) -> None:
    seal, other = (edge.app_seal, edge.bot_seal) if door == "app" else (edge.bot_seal, edge.app_seal)
    path = f"/wecom/{door}"
    assert (await edge.get(path, other.encrypt("1"), other))[0] == 403
    assert (await edge.get(path, seal.encrypt("1"), seal, signature="0" * 40))[0] == 403
    assert (await edge.get(path, "", seal))[0] == 400


# What WeCom brings


async def test_a_group_post_is_stored_once_and_answered_with_an_empty_200(edge: Edge) -> None:
    delivery = await edge.wecom.post_in_group("wrEastLeads", "chenlu", POST)
    assert (delivery.statuses, delivery.answers) == ((200,), ())
    ((person, door, payload),) = await edge.rows()
    assert (person, door) == ("chenlu", "bot")
    assert json.loads(payload)["text"]["content"] == f"@跟单铃 {POST}"


async def test_a_message_to_the_app_is_stored_with_its_decrypted_text_and_an_empty_200(edge: Edge) -> None:
    assert await edge.post(edge.app_call()) == (200, b"")
    assert await edge.rows() == [("zhangwei", "app", APP_TEXT)]


async def test_the_same_callback_three_times_is_one_row(edge: Edge) -> None:
    """Each repeat is sealed anew, with its own nonce (wecom.md 1.4)."""
    edge.wecom.weather.duplicates = 2
    assert (await edge.wecom.post_in_group("wrEastLeads", "chenlu", POST)).statuses == (200, 200, 200)
    assert (await edge.wecom.say_to_app("zhangwei", "待办")).statuses == (200, 200, 200)
    assert (await edge.wecom.enter_app("lina")).statuses == (200, 200, 200)
    assert [person for person, _, _ in await edge.rows()] == ["chenlu", "zhangwei", "lina"]


async def test_two_taps_in_the_same_second_are_two_rows(edge: Edge) -> None:
    """User and second alone would swallow the second (wecom.md 1.4)."""
    tap = APP_TEXT.replace("<Content><![CDATA[待办]]></Content><MsgId>7300000000000000001</MsgId>", "{}").replace(
        "text", "event"
    )
    event = "<Event><![CDATA[template_card_event]]></Event><EventKey><![CDATA[{}]]></EventKey>"
    for key in ("accept:1", "snooze:1"):
        assert await edge.post(edge.app_call(tap.format(event.format(key)))) == (200, b"")
    assert len(await edge.rows()) == 2


async def test_the_first_opening_of_the_bots_chat_is_welcomed_in_the_answer_and_stored(edge: Edge) -> None:
    delivery = await edge.wecom.enter_bot("zhangwei")
    (answer,) = delivery.answers
    assert json.loads(answer) == {"msgtype": "text", "text": {"content": WELCOME}}
    assert len(await edge.rows()) == 1


async def test_the_question_for_the_next_piece_of_a_stream_leaves_no_row(edge: Edge) -> None:
    asked = json.dumps({"msgid": "s", "from": {"userid": "lina"}, "msgtype": "stream", "stream": {"id": "s1"}})
    assert await edge.post(edge.bot_call(asked)) == (200, b"")
    assert await edge.rows() == []


# What is refused

Tamper = Callable[[Edge], Raw]


def in_body(old: bytes, new: bytes, door: str = "app") -> Tamper:
    def tampered(edge: Edge) -> Raw:
        raw = edge.app_call() if door == "app" else edge.bot_call()
        assert old in raw.body
        return replace(raw, body=raw.body.replace(old, new, 1))

    return tampered


def of_size(size: int) -> Tamper:
    """A good call behind so many spaces that the whole has `size` bytes."""

    def padded(edge: Edge) -> Raw:
        raw = edge.app_call()
        return replace(raw, body=b" " * (size - len(raw.body)) + raw.body)

    return padded


def other_company(edge: Edge) -> Seal:
    app = edge.wecom.company.app
    return Seal(app.token, app.encoding_aes_key, "wwanother00000000")


def token_of_the_bot(edge: Edge) -> Seal:
    company = edge.wecom.company
    return Seal(company.bot.token, company.app.encoding_aes_key, company.corp_id)


def key_of_the_bot(edge: Edge) -> Seal:
    company = edge.wecom.company
    return Seal(company.app.token, company.bot.encoding_aes_key, company.corp_id)


REFUSED: dict[str, tuple[int, Tamper]] = {
    "app, wrong signature": (403, lambda e: replace(e.app_call(), signature="0" * 40)),
    "bot, wrong signature": (403, lambda e: replace(e.bot_call(), signature="0" * 40)),
    "no signature": (403, lambda e: replace(e.app_call(), signature="")),
    "another nonce": (403, lambda e: replace(e.app_call(), nonce="n2")),
    "another timestamp": (403, lambda e: replace(e.app_call(), timestamp=str(int(e.clock.now().timestamp()) + 1))),
    "no timestamp": (403, lambda e: replace(e.app_call(), timestamp="")),
    "signed with another token": (403, lambda e: e.app_call(seal=token_of_the_bot(e))),
    "sealed for another company": (403, lambda e: e.app_call(seal=other_company(e))),
    "written to another company": (403, lambda e: e.app_call(APP_TEXT.replace("wwdemo0123456789ab", "wwanother"))),
    "the app's seal at the bot's address": (403, lambda e: e.bot_call(seal=e.app_seal)),
    "app, five minutes and a second late": (403, lambda e: e.app_call(off=-timedelta(seconds=301))),
    "bot, five minutes and a second late": (403, lambda e: e.bot_call(off=-timedelta(seconds=301))),
    "from five minutes and a second ahead": (403, lambda e: e.app_call(off=timedelta(seconds=301))),
    "a DOCTYPE around the envelope": (400, in_body(b"<xml>", b'<!DOCTYPE x [<!ENTITY a "b">]><xml>')),
    "a DOCTYPE inside": (400, lambda e: e.app_call(f'<!DOCTYPE x [<!ENTITY a "b">]>{APP_TEXT}')),
    "encrypted with another key": (400, lambda e: e.app_call(seal=key_of_the_bot(e))),
    "nothing in it": (400, lambda e: replace(e.app_call(), body=b"")),
    "not UTF-8": (400, in_body(b"<xml>", b"<xml>\xff\xfe")),
    "no Encrypt": (400, in_body(b"Encrypt>", b"Encrypted>")),
    "JSON at the app's address": (400, lambda e: replace(e.app_call(), body=b'{"encrypt":"YWJj"}')),
    "XML at the bot's address": (400, lambda e: replace(e.bot_call(), body=b"<xml><Encrypt>YWJj</Encrypt></xml>")),
    "a list at the bot's address": (400, lambda e: replace(e.bot_call(), body=b"[1]")),
    "a number for encrypt": (400, lambda e: replace(e.bot_call(), body=b'{"encrypt":1}')),
    "brackets without end": (400, lambda e: replace(e.bot_call(), body=b"[" * 100_000)),
    "XML without a kind inside": (400, lambda e: e.app_call("<xml><ToUserName>x</ToUserName></xml>")),
    "broken XML inside": (400, lambda e: e.app_call("<xml><ToUserName>")),
    "no JSON inside": (400, lambda e: e.bot_call("hello")),
    "JSON without a kind inside": (400, lambda e: e.bot_call('{"msgid":"m1"}')),
    "a byte over 1 MiB": (413, of_size((1 << 20) + 1)),
    "far over 1 MiB": (413, of_size(3 << 20)),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_bad_call_gets_its_status_says_nothing_and_leaves_no_row(edge: Edge, name: str) -> None:
    status, tampered = REFUSED[name]
    assert await edge.post(tampered(edge)) == (status, b"")
    assert await edge.rows() == []


@pytest.mark.parametrize("off", [timedelta(minutes=5), -timedelta(minutes=5)])
async def test_five_minutes_to_the_second_is_still_taken(edge: Edge, off: timedelta) -> None:
    assert await edge.post(edge.app_call(off=off)) == (200, b"")
    assert await edge.post(edge.bot_call(off=off)) == (200, b"")
    assert len(await edge.rows()) == 2


async def test_one_mebibyte_to_the_byte_is_still_taken(edge: Edge) -> None:
    assert await edge.post(of_size(1 << 20)(edge)) == (200, b"")
    assert len(await edge.rows()) == 1


async def test_a_body_that_does_not_tell_its_length_is_counted_as_it_comes(edge: Edge) -> None:
    raw = edge.app_call()

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(17):
            yield b" " * (64 << 10)

    async with (
        aiohttp.ClientSession() as http,
        http.post(edge.wecom.product_url + raw.path, params=raw.query, data=pieces()) as answer,
    ):
        assert answer.status == 413
    assert await edge.rows() == []


async def test_a_member_who_writes_about_a_doctype_is_heard(edge: Edge) -> None:
    said = APP_TEXT.replace("待办", "<!DOCTYPE html> 怎么写")
    assert await edge.post(edge.app_call(said)) == (200, b"")
    assert len(await edge.rows()) == 1


async def test_a_good_call_is_served_after_a_row_of_bad_ones(edge: Edge) -> None:
    for _, tampered in REFUSED.values():
        await edge.post(tampered(edge))
    assert await edge.post(edge.app_call()) == (200, b"")
    assert await edge.rows() == [("zhangwei", "app", APP_TEXT)]


async def test_nothing_that_was_received_gets_into_the_log_of_a_refusal(
    edge: Edge, capsys: pytest.CaptureFixture[str]
) -> None:
    for _, tampered in REFUSED.values():
        raw = tampered(edge)
        await edge.post(raw)
    logged = capsys.readouterr()
    told = logged.out + logged.err
    assert told.count("callback_refused") == len(REFUSED)
    assert "待办" not in told
    assert "msg_signature" not in told
    assert edge.wecom.company.app.token not in told
