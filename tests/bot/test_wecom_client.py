"""The client against the pretend WeCom: one token, errors by class, lost answers, media, and nothing secret in a log."""

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import structlog
from aiohttp import web

from bot.app import listening
from bot.logs import configure
from bot.wecom_body import send_body
from bot.wecom_client import WeComClient
from bot.wecom_errors import (
    AddressRefused,
    ErrorClass,
    MediaRefused,
    WeComError,
    WeComTrouble,
    WeComUncertain,
    WeComUnreachable,
    class_of,
)
from settings.model import Log
from simulator.pretend import PretendWeCom
from simulator.weather import Loss, Outage
from storage.database import Database
from storage.tokens import TokenStore
from tests.kit.clock import FakeClock

SEND, TOKEN, UPLOAD, GET_MEDIA = (
    f"/cgi-bin/{path}" for path in ("message/send", "gettoken", "media/upload", "media/get")
)
JPEG = b"\xff\xd8\xff" + bytes(range(256)) * 40


@pytest.fixture
def database_kind() -> str:
    """tests/storage/test_tokens.py holds the sharing of tokens on both databases."""
    return "sqlite"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def sim(clock: FakeClock) -> AsyncIterator[PretendWeCom]:
    async with PretendWeCom.running(clock) as pretend:
        yield pretend


Make = Callable[..., WeComClient]


@pytest.fixture
async def make(sim: PretendWeCom, clock: FakeClock, database: Database) -> AsyncIterator[Make]:
    """Makes a client as another process would have it, with a session and a token store of its own."""
    sessions: list[aiohttp.ClientSession] = []

    def made(**changes: Any) -> WeComClient:
        session = aiohttp.ClientSession()
        sessions.append(session)
        company = sim.company
        given = {
            "api_base": sim.api_base,
            "corp_id": company.corp_id,
            "secret": company.app.secret,
            "agent_id": company.app.agent_id,
            "tokens": TokenStore(database),
            "clock": clock,
        }
        return WeComClient(session, **given | changes)

    yield made
    for session in sessions:
        await session.close()


@pytest.fixture
async def client(make: Make) -> WeComClient:
    return make()


def body(text: str = "收到", to: str = "zhangwei", row: int = 1) -> bytes:
    return send_body(
        to,
        text,
        agent_id=1000002,
        task_id="",
        row_id=row,
        home="http://127.0.0.1:1",
        duplicate_window=timedelta(hours=4),
    )


def texts(sim: PretendWeCom, userid: str = "zhangwei") -> list[str]:
    return [message.text for message in sim.inbox_of(userid)]


# The token


async def test_twenty_calls_at_once_of_two_processes_fetch_one_token(sim: PretendWeCom, make: Make) -> None:
    processes = [make(), make()]
    await asyncio.gather(*(processes[n % 2].send(body(f"第{n}条", row=n)) for n in range(20)))
    assert len(sim.calls(TOKEN)) == 1
    assert len(texts(sim)) == 20


async def test_the_token_goes_only_into_the_query(sim: PretendWeCom, client: WeComClient) -> None:
    """In a body it is refused with 41001 (wecom.md 3.1)."""
    await client.send(body())
    (call,) = sim.calls(SEND)
    assert call.query["access_token"].encode() not in call.body
    assert list(call.query) == ["access_token"]


@pytest.mark.parametrize("code", [40014, 42001, 40001])
async def test_a_refused_token_is_fetched_anew_once_and_the_call_repeated(
    sim: PretendWeCom, client: WeComClient, code: int
) -> None:
    await client.send(body("一", row=1))
    sim.revoke_tokens()
    sim.weather.answer_with(code)
    await client.send(body("二", row=2))
    assert texts(sim) == ["一", "二"]
    assert len(sim.calls(TOKEN)) == 2
    assert len(sim.calls(SEND)) == 3


@pytest.mark.parametrize("code", [40014, 42001])
async def test_a_token_that_stays_refused_is_not_fetched_without_end(
    sim: PretendWeCom, client: WeComClient, code: int
) -> None:
    sim.weather.answer_with(code, times=100)
    with pytest.raises(WeComError) as refused:
        await client.send(body())
    assert refused.value.error_class is ErrorClass.REFRESH
    assert (len(sim.calls(TOKEN)), len(sim.calls(SEND))) == (2, 2)


async def test_many_calls_with_a_revoked_token_fetch_one_new_token_between_them(sim: PretendWeCom, make: Make) -> None:
    processes = [make(), make()]
    await processes[0].send(body("一", row=0))
    sim.revoke_tokens()
    await asyncio.gather(*(processes[n % 2].send(body(f"第{n}条", row=n)) for n in range(1, 9)))
    assert len(texts(sim)) == 9
    assert len(sim.calls(TOKEN)) == 2


async def test_a_token_is_renewed_before_it_runs_out(sim: PretendWeCom, client: WeComClient, clock: FakeClock) -> None:
    await client.send(body("一", row=1))
    clock.advance(timedelta(seconds=7100))
    await client.send(body("二", row=2))
    assert (len(sim.calls(TOKEN)), len(sim.calls(SEND))) == (2, 2)


async def test_a_download_with_a_revoked_token_fetches_a_new_one_too(sim: PretendWeCom, client: WeComClient) -> None:
    media_id = await client.upload_media("image", "a.jpg", JPEG)
    sim.revoke_tokens()
    assert (await client.get_media(media_id))[0] == JPEG
    assert len(sim.calls(TOKEN)) == 2


# A secret that is wrong, an address that is not trusted


async def test_a_wrong_secret_is_permanent_and_leaves_wecom_in_peace_for_ten_minutes(
    sim: PretendWeCom, make: Make, clock: FakeClock
) -> None:
    """Repeated wrong secrets get the address blocked for an hour (wecom.md 3.1)."""
    client = make(secret="wrong-secret-of-mine")
    for _ in range(5):
        with pytest.raises(WeComError) as refused:
            await client.send(body())
        assert (refused.value.errcode, refused.value.error_class) == (40001, ErrorClass.PERMANENT)
    assert len(sim.calls(TOKEN)) == 1
    assert client.trouble == "errcode 40001"
    clock.advance(timedelta(minutes=10))
    with pytest.raises(WeComError):
        await client.send(body())
    assert len(sim.calls(TOKEN)) == 2
    assert sim.calls(SEND) == []


async def test_a_right_secret_after_a_wrong_one_works_at_once(sim: PretendWeCom, make: Make) -> None:
    with pytest.raises(WeComError):
        await make(secret="wrong-secret-of-mine").send(body())
    client = make()
    await client.send(body())
    assert texts(sim) == ["收到"]
    assert client.trouble == ""


async def test_an_untrusted_address_is_permanent_and_names_the_address(sim: PretendWeCom, client: WeComClient) -> None:
    sim.weather.answer_with(60020)
    with pytest.raises(WeComError, match="127\\.0\\.0\\.1") as refused:
        await client.send(body())
    assert (refused.value.errcode, refused.value.error_class) == (60020, ErrorClass.PERMANENT)
    assert client.trouble == "errcode 60020"
    assert len(sim.calls(SEND)) == 1


# Other refusals


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (-1, ErrorClass.RETRY),
        (6000, ErrorClass.RETRY),
        (45033, ErrorClass.RETRY),
        (45009, ErrorClass.LIMIT),
        (40003, ErrorClass.DROP),
        (81013, ErrorClass.DROP),
        (93006, ErrorClass.DROP),
        (40033, ErrorClass.PERMANENT),
        (48002, ErrorClass.PERMANENT),
        (50003, ErrorClass.PERMANENT),
        (123456, ErrorClass.PERMANENT),
    ],
)
async def test_a_refusal_is_told_by_its_class_after_one_call(
    sim: PretendWeCom, client: WeComClient, code: int, expected: ErrorClass
) -> None:
    """Waiting is the sender's part; the client never repeats by itself."""
    sim.weather.answer_with(code)
    with pytest.raises(WeComError) as refused:
        await client.send(body())
    assert (refused.value.errcode, refused.value.error_class) == (code, expected)
    assert len(sim.calls(SEND)) == 1
    assert texts(sim) == []


def test_every_code_of_the_reference_has_the_class_that_it_says() -> None:
    """wecom.md 3.10; 40001 is permanent in the table and refreshed once where an ordinary call met it."""
    said = {
        ErrorClass.RETRY: "-1 6000 45033",
        ErrorClass.LIMIT: "45009",
        ErrorClass.REFRESH: "40014 40093 42001",
        ErrorClass.DROP: "40003 60111 46004 40007 40029 40050 43004 46003 60003 60123 81013 84014 84015 86001 86003 "
        "93001 93006 846605 846608",
        ErrorClass.PERMANENT: "40001 40004 40005 40006 40008 40009 40011 45001 40013 40031 40032 40033 40035 40058 "
        "40054 40055 40056 40057 40063 40068 41001 41002 41004 41006 41016 41033 42007 42009 44001 44004 45002 45007 "
        "45008 45022 48002 48003 48004 48005 48009 50001 50002 60011 50003 60020 80001 85004 85005 86004 86005 86006 "
        "86007 86008 91040 93000 93019 301002 301016 301017 830002 853001 853006",
    }
    wrong = [
        (code, meant) for meant, codes in said.items() for code in map(int, codes.split()) if class_of(code) != meant
    ]
    assert wrong == []


async def test_members_who_were_not_reached_are_named_though_the_call_went_well(
    sim: PretendWeCom, client: WeComClient
) -> None:
    result = await client.send(body(to="zhangwei|Nobody"))
    assert result.invalid_users == ("nobody",)
    assert texts(sim) == ["收到"]


# Nothing was sent, or nobody knows


async def test_a_server_that_is_not_there_got_nothing(make: Make, unused_tcp_port: int) -> None:
    client = make(api_base=f"http://127.0.0.1:{unused_tcp_port}")
    with pytest.raises(WeComUnreachable):
        await client.send(body())
    assert client.trouble == "WeComUnreachable"


@pytest.mark.parametrize("how", list(Outage)[1:])
async def test_a_broken_connection_and_a_503_are_uncertain(sim: PretendWeCom, client: WeComClient, how: Outage) -> None:
    await client.send(body("一", row=1))
    sim.weather.go_down(how)
    with pytest.raises(WeComUncertain):
        await client.send(body("二", row=2))
    assert client.trouble == "WeComUncertain"
    sim.weather.come_back()
    await client.send(body("二", row=2))
    assert client.trouble == ""
    assert texts(sim) == ["一", "二"]


@pytest.mark.parametrize("how", list(Loss))
async def test_an_answer_lost_after_acceptance_may_be_asked_again_with_the_same_body(
    sim: PretendWeCom, client: WeComClient, how: Loss
) -> None:
    sim.weather.lose_answers(1, how=how)
    first = asyncio.create_task(client.send(body()))
    await sim.wait_for(lambda: texts(sim))
    sim.weather.clear()
    with pytest.raises(WeComUncertain):
        await first
    await client.send(body())
    earlier, later = sim.calls(SEND)
    assert earlier.body == later.body
    assert texts(sim) == ["收到"]


async def test_a_body_with_another_row_is_another_message(sim: PretendWeCom, client: WeComClient) -> None:
    """Two pushes of the same words to the same member are both meant."""
    await client.send(body(row=1))
    await client.send(body(row=2))
    assert texts(sim) == ["收到", "收到"]


async def test_outside_the_duplicate_window_the_same_body_is_told_again(
    sim: PretendWeCom, client: WeComClient, clock: FakeClock
) -> None:
    """So nothing may be sent again after that (bot/channels.py)."""
    await client.send(body(row=1))
    clock.advance(timedelta(hours=4, seconds=2))
    await client.send(body(row=1))
    assert texts(sim) == ["收到", "收到"]


async def test_an_answer_that_is_not_json_is_uncertain(make: Make) -> None:
    async def page(request: web.Request) -> web.Response:
        if request.path == TOKEN:
            return web.json_response({"errcode": 0, "access_token": "t", "expires_in": 7200})
        return web.Response(text="<html>proxy</html>", content_type="text/html")

    async with served(page) as address:
        with pytest.raises(WeComUncertain, match="not JSON"):
            await make(api_base=address).send(body())


@pytest.mark.parametrize("how", list(Outage)[1:])
async def test_where_not_even_a_token_was_had_nothing_was_sent(
    sim: PretendWeCom, client: WeComClient, how: Outage
) -> None:
    """A push must not count as perhaps delivered when it was never tried."""
    sim.weather.go_down(how)
    with pytest.raises(WeComUnreachable):
        await client.send(body())
    assert sim.calls(SEND) == []


@asynccontextmanager
async def served(handle: Callable[[web.Request], Coroutine[Any, Any, web.StreamResponse]]) -> AsyncIterator[str]:
    """A server that is not the pretend WeCom, for what that one does not do."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    async with listening(app, "127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}"


# Bodies


async def test_a_body_goes_as_raw_utf8_to_the_byte(sim: PretendWeCom, client: WeComClient) -> None:
    r"""\u escapes may be refused with 40033 (wecom.md 3.11)."""
    sent = body("恒达机械，三台。🔔")
    await client.send(sent)
    (call,) = sim.calls(SEND)
    assert call.body == sent
    assert b"\\u" not in call.body
    assert texts(sim) == ["恒达机械，三台。🔔"]


async def test_a_deferred_answer_and_a_webhook_take_no_token(sim: PretendWeCom, client: WeComClient) -> None:
    markdown = json.dumps({"msgtype": "markdown", "markdown": {"content": "已派给张伟"}}, ensure_ascii=False).encode()
    code = sim.world.new_chat_code("group:wrEastLeads")
    await client.reply(f"{sim.api_base}/cgi-bin/aibot/response?response_code={code}", markdown)
    await client.webhook_send("demo-webhook-key", markdown)
    assert [answer.text for answer in sim.group_answers("wrEastLeads")] == ["已派给张伟", "已派给张伟"]
    assert sim.calls(TOKEN) == []


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example.com/cgi-bin/aibot/response?response_code=1",
        "https://qyapi.weixin.qq.com.example.com/",
        "https://examplemyqcloud.com/",
        "https://qyapi.weixin.qq.com@evil.example.com/",
        "https://me@qyapi.weixin.qq.com/",
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:1/",
        "file:///etc/passwd",
        "",
    ],
)
async def test_an_address_that_is_not_wecoms_is_never_called(client: WeComClient, address: str) -> None:
    """Addresses come with messages; a forged one would make this server call its own network."""
    with pytest.raises(AddressRefused):
        await client.reply(address, b"{}")
    with pytest.raises(AddressRefused):
        await client.fetch_bot_media(address, "key")


async def test_plain_http_is_not_good_enough_where_wecom_itself_speaks_https(make: Make) -> None:
    with pytest.raises(AddressRefused):
        await make(api_base="https://qyapi.weixin.qq.com").reply("http://wework.qpic.cn/x", b"{}")


# Media


@pytest.mark.parametrize("name", ["报价单 2026.pdf", "a.jpg", 'with "quotes".pdf'])
async def test_what_was_uploaded_comes_back_with_its_name(sim: PretendWeCom, client: WeComClient, name: str) -> None:
    media_id = await client.upload_media("file", name, JPEG)
    (kept,) = sim.world.media.values()
    assert kept.data == JPEG
    data, told, kind = await client.get_media(media_id)
    assert (data, kind) == (JPEG, "image/jpeg")
    if '"' not in name:
        assert (kept.name, told) == (name, name)


async def test_an_upload_with_a_revoked_token_is_repeated_with_its_whole_body(
    sim: PretendWeCom, client: WeComClient
) -> None:
    """A form that has been sent once is empty the second time (wecom.md 6.3)."""
    await client.send(body())
    sim.revoke_tokens()
    await client.upload_media("file", "a.pdf", JPEG)
    assert len(sim.calls(UPLOAD)) == 2
    (kept,) = sim.world.media.values()
    assert kept.data == JPEG


async def test_media_that_has_expired_is_40007_and_not_a_file(
    sim: PretendWeCom, client: WeComClient, clock: FakeClock
) -> None:
    """Errors of a download come as 200 with JSON."""
    media_id = await client.upload_media("image", "a.jpg", JPEG)
    clock.advance(timedelta(days=3, seconds=1))
    with pytest.raises(WeComError) as refused:
        await client.get_media(media_id)
    assert (refused.value.errcode, refused.value.error_class) == (40007, ErrorClass.DROP)


@pytest.mark.parametrize("data", [b'{"errcode": "none", "rows": [1, 2]}', b"[1, 2]", b"not json", b'{"errcode": 0}'])
async def test_a_members_own_file_of_json_is_a_file(make: Make, data: bytes) -> None:
    async def drive(request: web.Request) -> web.StreamResponse:
        if request.path == TOKEN:
            return web.json_response({"errcode": 0, "access_token": "t", "expires_in": 7200})
        return web.Response(body=data, content_type="application/json")

    async with served(drive) as address:
        assert (await make(api_base=address).get_media("m1"))[0] == data


async def test_a_picture_sent_to_the_bot_is_decrypted(sim: PretendWeCom, client: WeComClient) -> None:
    media = sim.world.keep_media("file", "流水.csv", JPEG)
    url = f"{sim.api_base}/aibot-media/{media.id}"
    data, name, _ = await client.fetch_bot_media(url, sim.company.bot.encoding_aes_key)
    assert (data, name) == (JPEG, "流水.csv")


async def test_a_picture_of_another_bot_is_refused_as_not_ours(sim: PretendWeCom, client: WeComClient) -> None:
    media = sim.world.keep_media("image", "", JPEG)
    with pytest.raises(MediaRefused):
        await client.fetch_bot_media(f"{sim.api_base}/aibot-media/{media.id}", sim.company.app.encoding_aes_key)


def in_pieces(data: bytes, *, range_is_needed: bool) -> Callable[[web.Request], Coroutine[Any, Any, web.Response]]:
    """WeCom's way with large files: 830002 without a Range, the part that was asked for with one (wecom.md 3.7)."""

    async def answer(request: web.Request) -> web.Response:
        if request.path == TOKEN:
            return web.json_response({"errcode": 0, "access_token": "t", "expires_in": 7200})
        asked = request.http_range
        if asked.start is None and range_is_needed:
            return web.json_response({"errcode": 830002, "errmsg": "out of limit size"})
        start = asked.start or 0
        stop = min(asked.stop or start + 100, start + 100, len(data))
        headers = {
            "Content-Range": f"bytes {start}-{stop - 1}/{len(data)}",
            "Content-Disposition": 'attachment; filename="流水.pdf"',
        }
        part = data[start:stop]
        return web.Response(status=206, body=part, content_type="application/octet-stream", headers=headers)

    return answer


@pytest.mark.parametrize("size", [1, 99, 100, 101, 1000])
@pytest.mark.parametrize("range_is_needed", [False, True])
async def test_a_file_that_comes_in_pieces_is_put_together(make: Make, size: int, range_is_needed: bool) -> None:
    data = (bytes(range(256)) * 4)[:size]
    async with served(in_pieces(data, range_is_needed=range_is_needed)) as address:
        assert await make(api_base=address).get_media("m1") == (data, "流水.pdf", "application/octet-stream")


async def test_a_file_larger_than_allowed_is_refused_by_its_declared_size(sim: PretendWeCom, make: Make) -> None:
    media_id = await make().upload_media("file", "a.bin", JPEG)
    assert (await make(largest_media=len(JPEG)).get_media(media_id))[0] == JPEG
    with pytest.raises(MediaRefused, match="larger"):
        await make(largest_media=len(JPEG) - 1).get_media(media_id)


async def test_a_file_in_pieces_is_refused_as_soon_as_its_whole_size_is_known(make: Make) -> None:
    asked = 0
    answer = in_pieces(bytes(1000), range_is_needed=False)

    async def counted(request: web.Request) -> web.StreamResponse:
        nonlocal asked
        asked += request.path == GET_MEDIA
        return await answer(request)

    async with served(counted) as address:
        with pytest.raises(MediaRefused, match="larger"):
            await make(api_base=address, largest_media=999).get_media("m1")
    assert asked == 1


async def test_a_stream_without_a_declared_size_is_cut_off_at_the_limit(make: Make) -> None:
    """It is not read to its end first: a file without end would fill the memory."""
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        if request.path == TOKEN:
            return web.json_response({"errcode": 0, "access_token": "t", "expires_in": 7200})
        answer = web.StreamResponse(headers={"Content-Type": "application/octet-stream"})
        answer.enable_chunked_encoding()
        await answer.prepare(request)
        while sent < 200 << 20:
            sent += 1 << 20
            await answer.write(bytes(1 << 20))
        return answer

    async with served(endless) as address:
        with pytest.raises(MediaRefused, match="larger"):
            await make(api_base=address, largest_media=1 << 20).get_media("m1")
    assert sent < 200 << 20


# Nothing secret in a log


async def test_no_error_and_no_log_line_shows_a_token_a_secret_a_key_or_an_address_of_an_answer(
    sim: PretendWeCom, make: Make, unused_tcp_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    client = make()
    await client.send(body())
    (token,) = sim.world.tokens
    code = sim.world.new_chat_code("group:wrEastLeads")
    secrets = [token, sim.company.app.secret, "wrong-secret-of-mine", "demo-webhook-key", code, "no-such-key"]
    reply_url = f"{sim.api_base}/cgi-bin/aibot/response?response_code={code}"
    away = make(api_base=f"http://127.0.0.1:{unused_tcp_port}")
    configure(Log(level="debug", format="json"))

    async def failing(call: Coroutine[Any, Any, object], weather: Callable[[], None] = lambda: None) -> None:
        weather()
        with pytest.raises(WeComTrouble) as raised:
            await call
        sim.weather.clear()
        structlog.get_logger().error("failed", error=str(raised.value), again=repr(raised.value), exc_info=raised.value)
        assert not [secret for secret in secrets if secret in "".join(traceback.format_exception(raised.value))]

    await failing(client.send(body("二")), lambda: sim.weather.go_down(Outage.RESET))
    await failing(client.send(body("二")), lambda: sim.weather.go_down(Outage.UNAVAILABLE))
    await failing(client.send(body("二")), lambda: sim.weather.answer_with(60020))
    await failing(client.send(b"{"))
    await failing(client.webhook_send("no-such-key", b"{}"))
    await failing(client.webhook_send("demo-webhook-key", b"{}"), lambda: sim.weather.go_down(Outage.RESET))
    await failing(client.reply(reply_url, b"{}"))
    await failing(client.reply(reply_url, b"{}"), lambda: sim.weather.go_down(Outage.RESET))
    await failing(client.get_media("gone"))
    await failing(client.get_media("gone"), lambda: sim.weather.go_down(Outage.RESET))
    await failing(make(secret="wrong-secret-of-mine", agent_id=7).send(body()))
    await failing(away.send(body("二")))
    await failing(away.webhook_send("demo-webhook-key", b"{}"))
    structlog.reset_defaults()
    told = capsys.readouterr()
    assert told.err.count('"event": "failed"') == 13
    assert not [secret for secret in secrets if secret in told.err + told.out]


async def test_what_wecom_says_is_scrubbed_of_what_stands_behind_key_and_token() -> None:
    error = WeComError(40014, "invalid url https://x/y?access_token=abc123&key=def456, corpsecret=ghi789 end")
    assert str(error) == (
        "errcode 40014 (refresh): invalid url https://x/y?access_token=***&key=***, corpsecret=*** end"
    )
