"""Media, contacts, login, webhook robots and the smart bot's deferred answer."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from simulator.crypto import Seal, decrypt_bytes
from simulator.pretend import PretendWeCom

if TYPE_CHECKING:
    from tests.simulator.conftest import Caller, HandClock, Product

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
AMR = b"#!AMR\n" + bytes(64)


async def upload(
    caller: Caller, kind: str, data: bytes, name: str = "a.bin", path: str = "media/upload", **query: str
) -> dict[str, Any]:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("media", io.BytesIO(data), filename=name)
    params = {"access_token": caller.token, "type": kind} | query
    async with caller.session.post(f"{caller.sim.api_base}/cgi-bin/{path}", params=params, data=form) as response:
        return await response.json()


# Media


async def test_media_come_back_as_they_went_up(caller: Caller) -> None:
    made = await upload(caller, "file", b"\r\n--x\r\x00bytes\n", "流水.csv")
    assert made["created_at"].isdigit()
    params = {"access_token": caller.token, "media_id": made["media_id"]}
    async with caller.session.get(f"{caller.sim.api_base}/cgi-bin/media/get", params=params) as response:
        assert await response.read() == b"\r\n--x\r\x00bytes\n"
        assert 'filename="流水.csv"' in response.headers["Content-Disposition"]


async def test_media_are_gone_after_three_days(caller: Caller, clock: HandClock) -> None:
    made = await upload(caller, "image", PNG)
    clock.advance(days=3, seconds=1)
    await caller.log_in()
    assert (await caller.get("/cgi-bin/media/get", media_id=made["media_id"]))["errcode"] == 40007


@pytest.mark.parametrize(
    ("kind", "data", "code"),
    [
        ("hologram", PNG, 40005),
        ("file", b"12345", 40006),
        ("file", b"", 44001),
        ("image", b"GIF89a-not-here", 40004),
        ("image", PNG + bytes(10 << 20), 40009),
        ("voice", b"RIFF" + bytes(64), 301017),
        ("voice", AMR + bytes(2 << 20), 45001),
    ],
    ids=["kind", "five bytes", "nothing", "gif", "big image", "wav", "big voice"],
)
async def test_unfit_media_are_refused(caller: Caller, kind: str, data: bytes, code: int) -> None:
    assert (await upload(caller, kind, data))["errcode"] == code


async def test_an_upload_that_is_no_form_is_44001(caller: Caller) -> None:
    params = {"access_token": caller.token, "type": "file"}
    url = f"{caller.sim.api_base}/cgi-bin/media/upload"
    async with caller.session.post(url, params=params, data=b"bytes-only") as response:
        assert (await response.json())["errcode"] == 44001


async def test_an_uploaded_image_can_be_sent_as_an_image_only(sim: PretendWeCom, caller: Caller) -> None:
    made = await upload(caller, "image", PNG)
    assert (await caller.send("lina", "image", {"media_id": made["media_id"]}))["errcode"] == 0
    assert sim.inbox_of("lina")[0].media_id == made["media_id"]
    assert (await caller.send("lina", "voice", {"media_id": made["media_id"]}))["errcode"] == 40004


async def test_slow_media_come_when_released(sim: PretendWeCom, caller: Caller) -> None:
    made = await upload(caller, "image", PNG)
    sim.weather.hold_media()
    params = {"access_token": caller.token, "media_id": made["media_id"]}
    fetching = asyncio.create_task(caller.session.get(f"{sim.api_base}/cgi-bin/media/get", params=params))
    await sim.wait_for(lambda: sim.calls("/cgi-bin/media/get"))
    assert not fetching.done()
    sim.weather.release_media()
    async with await fetching as response:
        assert await response.read() == PNG


async def test_the_bots_media_are_sealed_and_live_five_minutes(
    sim: PretendWeCom, product: Product, caller: Caller, clock: HandClock
) -> None:
    await sim.send_media("qianfang", "file", b"serial,amount", "流水.csv", to="bot")
    url = product.heard[0][1]["file"]["url"]
    bot = sim.company.bot
    async with caller.session.get(url) as response:
        sealed = await response.read()
    assert decrypt_bytes(Seal(bot.token, bot.encoding_aes_key, "").key, sealed) == b"serial,amount"
    clock.advance(minutes=5, seconds=1)
    async with caller.session.get(url) as response:
        assert response.status == 404


# Contacts


async def test_a_member_is_read_whatever_the_case(caller: Caller) -> None:
    member = await caller.get("/cgi-bin/user/get", userid="ZhangWei")
    assert (member["userid"], member["name"], member["status"]) == ("zhangwei", "张伟", 1)
    assert member["direct_leader"] == ["zhaomin"]
    assert "mobile" not in member


@pytest.mark.parametrize(("how", "code", "listed"), [("left", 60111, False), ("hidden", 60011, False)])
async def test_who_is_gone_is_gone_from_the_list(
    sim: PretendWeCom, caller: Caller, how: str, code: int, listed: bool
) -> None:
    await sim.leave("lina", how)
    assert (await caller.get("/cgi-bin/user/get", userid="lina"))["errcode"] == code
    users = (await caller.get("/cgi-bin/user/simplelist", department_id="2"))["userlist"]
    assert ("lina" in [user["userid"] for user in users]) is listed


async def test_who_is_disabled_says_so(sim: PretendWeCom, caller: Caller) -> None:
    await sim.leave("lina", "disabled")
    assert (await caller.get("/cgi-bin/user/get", userid="lina"))["status"] == 2


async def test_a_stranger_is_60111(caller: Caller) -> None:
    assert (await caller.get("/cgi-bin/user/get", userid="nobody"))["errcode"] == 60111


async def test_departments_are_a_tree(caller: Caller) -> None:
    departments = (await caller.get("/cgi-bin/department/simplelist"))["department_id"]
    assert [each["id"] for each in departments] == [1, 2, 3]
    below = (await caller.get("/cgi-bin/department/simplelist", id="2"))["department_id"]
    assert [each["id"] for each in below] == [2]
    assert (await caller.get("/cgi-bin/department/get", id="2"))["department"]["name"] == "华东销售部"
    assert (await caller.get("/cgi-bin/department/get", id="9"))["errcode"] == 60003


async def test_the_app_tells_its_visible_range(sim: PretendWeCom, caller: Caller) -> None:
    agent = await caller.get("/cgi-bin/agent/get", agentid="1000002")
    assert agent["close"] == 0
    assert {"userid": "lina"} in agent["allow_userinfos"]["user"]
    assert (await caller.get("/cgi-bin/agent/get", agentid="1"))["errcode"] == 301002


@pytest.mark.parametrize("path", ["getcallbackip", "get_api_domain_ip"])
async def test_addresses_are_told(caller: Caller, path: str) -> None:
    assert (await caller.get(f"/cgi-bin/{path}"))["ip_list"]


# Login


async def login_code(caller: Caller, **query: str) -> str:
    asked = {"appid": caller.sim.company.corp_id, "redirect_uri": "http://127.0.0.1/back?x=1", "state": "s1"}
    params = asked | {"response_type": "code", "scope": "snsapi_base"} | query
    url = f"{caller.sim.api_base}/connect/oauth2/authorize"
    async with caller.session.get(url, params=params, allow_redirects=False) as response:
        assert response.status == 302
        back = parse_qs(urlsplit(response.headers["Location"]).query)
    assert (back["x"], back["state"]) == (["1"], ["s1"])
    return back["code"][0]


async def test_a_login_code_says_who_once(caller: Caller) -> None:
    code = await login_code(caller, **{"as": "zhouzong"})
    assert (await caller.get("/cgi-bin/auth/getuserinfo", code=code))["userid"] == "zhouzong"
    assert (await caller.get("/cgi-bin/auth/getuserinfo", code=code))["errcode"] == 40029


async def test_a_login_code_ends_after_five_minutes(caller: Caller, clock: HandClock) -> None:
    code = await login_code(caller, **{"as": "zhouzong"})
    clock.advance(minutes=5, seconds=1)
    assert (await caller.get("/cgi-bin/auth/getuserinfo", code=code))["errcode"] == 40029


async def test_somebody_outside_the_company_has_no_userid(caller: Caller) -> None:
    code = await login_code(caller, **{"as": "outsider"})
    answer = await caller.get("/cgi-bin/auth/getuserinfo", code=code)
    assert "userid" not in answer
    assert answer["openid"]


async def test_without_a_name_the_page_asks_who_it_is(caller: Caller) -> None:
    query = {"appid": caller.sim.company.corp_id, "redirect_uri": "http://127.0.0.1/b", "response_type": "code"}
    async with caller.session.get(f"{caller.sim.api_base}/connect/oauth2/authorize", params=query) as response:
        page = await response.text()
    assert "周总" in page
    assert "as=zhouzong" in page


# Webhook robots

HOOK = "/cgi-bin/webhook/send"
KEY = "demo-webhook-key"


async def test_a_webhook_speaks_into_its_group(sim: PretendWeCom, caller: Caller) -> None:
    text = {"msgtype": "text", "text": {"content": "早", "mentioned_list": ["lina"]}}
    assert (await caller.post(HOOK, text, key=KEY))["errcode"] == 0
    (message,) = sim.group_messages("wrEastLeads")
    assert (message.sender, message.text, message.extra["mentioned_list"]) == ("@webhook", "早", ["lina"])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"msgtype": "text", "text": {"content": "线" * 683}}, 40058),
        ({"msgtype": "markdown", "markdown": {"content": "线" * 1366}}, 40058),
        ({"msgtype": "markdown", "markdown": {"content": "线" * 1365}}, 0),
        ({"msgtype": "text", "text": {"content": ""}}, 44004),
        ({"msgtype": "file", "file": {"media_id": "x"}}, 40007),
        ({"msgtype": "hologram"}, 40008),
        ({"msgtype": "image", "image": {"base64": "QUJD", "md5": "wrong"}}, 40058),
        (
            {
                "msgtype": "image",
                "image": {"base64": base64.b64encode(PNG).decode(), "md5": hashlib.md5(PNG).hexdigest()},
            },
            0,
        ),
    ],
)
async def test_what_a_webhook_takes(caller: Caller, body: dict[str, Any], code: int) -> None:
    assert (await caller.post(HOOK, body, key=KEY))["errcode"] == code


async def test_a_removed_webhook_is_93000(caller: Caller) -> None:
    text = {"msgtype": "text", "text": {"content": "早"}}
    assert (await caller.post(HOOK, text, key="other"))["errcode"] == 93000


async def test_the_21st_message_of_a_minute_is_45009(sim: PretendWeCom, caller: Caller, clock: HandClock) -> None:
    text = {"msgtype": "text", "text": {"content": "早"}}
    codes = [(await caller.post(HOOK, text, key=KEY))["errcode"] for _ in range(21)]
    assert codes == [0] * 20 + [45009]
    clock.advance(seconds=60)
    assert (await caller.post(HOOK, text, key=KEY))["errcode"] == 0


async def test_a_webhooks_media_serve_that_webhook_only(caller: Caller) -> None:
    made = await upload(caller, "file", b"some bytes", path="webhook/upload_media", key=KEY)
    sent = {"msgtype": "file", "file": {"media_id": made["media_id"]}}
    assert (await caller.post(HOOK, sent, key=KEY))["errcode"] == 0
    assert (await caller.get("/cgi-bin/media/get", media_id=made["media_id"]))["errcode"] == 40007


async def test_a_wrong_upload_is_told_before_a_wrong_key(caller: Caller) -> None:
    assert (await upload(caller, "file", b"", path="webhook/upload_media", key="other"))["errcode"] == 44001
    assert (await upload(caller, "file", b"bytes!", path="webhook/upload_media", key="other"))["errcode"] == 93000


# The smart bot's deferred answer


async def respond(caller: Caller, url: str, body: dict[str, Any]) -> int:
    async with caller.session.post(url, json=body) as response:
        return (await response.json())["errcode"]


async def test_a_response_url_serves_once_and_quotes_in_a_group(
    sim: PretendWeCom, product: Product, caller: Caller
) -> None:
    await sim.post_in_group("wrEastLeads", "chenlu", "你好")
    url = product.heard[0][1]["response_url"]
    assert url.startswith(sim.api_base)
    answer = {"msgtype": "markdown", "markdown": {"content": "**收到**"}}
    assert await respond(caller, url, answer) == 0
    assert await respond(caller, url, answer) == 40058
    posted, answered = sim.group_messages("wrEastLeads")
    assert (answered.sender, answered.markdown) == ("@bot", "**收到**")
    assert answered.extra["quoting"]
    assert sim.group_answers("wrEastLeads") == [answered]
    assert posted.text == "@跟单铃 你好"


async def test_a_response_url_ends_after_an_hour(
    sim: PretendWeCom, product: Product, caller: Caller, clock: HandClock
) -> None:
    await sim.say_to_bot("lina", "你好")
    clock.advance(hours=1, seconds=1)
    answer = {"msgtype": "markdown", "markdown": {"content": "晚了"}}
    assert await respond(caller, product.heard[0][1]["response_url"], answer) == 40058


async def test_cards_and_length_of_a_deferred_answer(sim: PretendWeCom, product: Product, caller: Caller) -> None:
    card = {
        "card_type": "text_notice",
        "main_title": {"title": "早"},
        "card_action": {"type": 1, "url": "https://example.com"},
    }
    with_card = {"msgtype": "template_card", "template_card": card}
    await sim.post_in_group("wrEastLeads", "chenlu", "你好")
    await sim.say_to_bot("lina", "你好")
    group, single = (body["response_url"] for _, body in product.heard)
    assert await respond(caller, group, with_card) == 40008
    long = {"msgtype": "markdown", "markdown": {"content": "线" * 6827}}
    assert await respond(caller, single, long) == 45002
    assert await respond(caller, single, with_card) == 0
    assert sim.bot_chat_of("lina")[0].card is not None
