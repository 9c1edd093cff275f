"""message/send and what follows it, as wecom.md 3.1 to 3.5 describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from simulator.pretend import PretendWeCom

if TYPE_CHECKING:
    from tests.simulator.conftest import Caller, HandClock


def button_card(task_id: str = "L1-1", **more: Any) -> dict[str, Any]:
    return {
        "card_type": "button_interaction",
        "main_title": {"title": "新线索 恒达", "desc": "A级"},
        "horizontal_content_list": [{"keyname": "电话", "value": "13800000000"}],
        "button_list": [{"text": "接单", "style": 1, "key": "accept"}, {"text": "无效线索", "style": 2, "key": "bad"}],
        "task_id": task_id,
    } | more


def notice_card(**more: Any) -> dict[str, Any]:
    action = {"type": 1, "url": "https://example.com/"}
    return {"card_type": "text_notice", "main_title": {"title": "已由李娜接单"}, "card_action": action} | more


# Tokens


async def test_a_token_is_the_same_until_it_runs_out(sim: PretendWeCom, caller: Caller, clock: HandClock) -> None:
    first = caller.token
    clock.advance(seconds=7000)
    await caller.log_in()
    assert caller.token == first
    clock.advance(seconds=300)
    await caller.log_in()
    assert caller.token != first


async def test_an_expired_token_is_42001_a_revoked_one_40014(
    sim: PretendWeCom, caller: Caller, clock: HandClock
) -> None:
    clock.advance(seconds=7200)
    assert (await caller.get("/cgi-bin/user/get", userid="lina"))["errcode"] == 42001
    await caller.log_in()
    sim.revoke_tokens()
    assert (await caller.get("/cgi-bin/user/get", userid="lina"))["errcode"] == 40014


async def test_a_token_outside_the_query_is_not_seen(sim: PretendWeCom, caller: Caller) -> None:
    token, caller.token = caller.token, ""
    headers = {"Authorization": f"Bearer {token}"}
    async with caller.session.get(f"{sim.api_base}/cgi-bin/getcallbackip", headers=headers) as response:
        assert (await response.json())["errcode"] == 41001


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"corpsecret": "s"}, 41002),
        ({"corpid": "wwdemo0123456789ab"}, 41004),
        ({"corpid": "wwother", "corpsecret": "s"}, 40013),
        ({"corpid": "wwdemo0123456789ab", "corpsecret": "wrong"}, 40001),
    ],
)
async def test_wrong_credentials_get_no_token(caller: Caller, query: dict[str, str], code: int) -> None:
    assert (await caller.get("/cgi-bin/gettoken", **query))["errcode"] == code


# Sending


async def test_a_text_arrives_and_names_whom_it_did_not_reach_in_lower_case(sim: PretendWeCom, caller: Caller) -> None:
    answer = await caller.send("ZhangWei|Nobody|LINA", "text", {"content": "早"})
    assert (answer["errcode"], answer["invaliduser"]) == (0, "nobody")
    assert answer["msgid"]
    assert [each.text for each in sim.inbox_of("zhangwei")] == ["早"]
    assert sim.inbox_of("lina")[0].msgid == answer["msgid"]
    assert sim.inbox_of("wangqiang") == []


async def test_nobody_reached_is_81013(caller: Caller) -> None:
    answer = await caller.send("nobody|noone", "text", {"content": "早"})
    assert (answer["errcode"], answer["invaliduser"]) == (81013, "nobody|noone")


async def test_who_has_left_is_not_reached(sim: PretendWeCom, caller: Caller) -> None:
    for userid, how in (("lina", "left"), ("wangqiang", "disabled"), ("qianfang", "hidden")):
        await sim.leave(userid, how)
    answer = await caller.send("lina|wangqiang|qianfang", "text", {"content": "早"})
    assert answer["errcode"] == 81013


async def test_everybody_and_a_department_can_be_addressed(sim: PretendWeCom, caller: Caller) -> None:
    await caller.send("@all", "text", {"content": "一"})
    await caller.send("", "text", {"content": "二"}, toparty="2")
    assert [each.text for each in sim.inbox_of("zhaomin")] == ["一", "二"]
    assert [each.text for each in sim.inbox_of("zhouzong")] == ["一"]


async def test_a_long_text_is_cut_without_a_word_and_not_inside_a_character(sim: PretendWeCom, caller: Caller) -> None:
    answer = await caller.send("lina", "text", {"content": "线" * 683})
    assert answer["errcode"] == 0
    assert sim.inbox_of("lina")[0].text == "线" * 682


@pytest.mark.parametrize(
    ("msgtype", "content", "code"),
    [
        ("text", {"content": ""}, 44004),
        ("text", {}, 44004),
        ("markdown", {"content": "线" * 683}, 45002),
        ("image", {"media_id": "gone"}, 40007),
        ("file", {}, 41006),
        ("textcard", {"title": "a", "url": "https://example.com"}, 41033),
        ("textcard", {"title": "a", "description": "b"}, 40058),
        ("news", {"articles": [{"title": "a", "url": "u"}] * 9}, 45008),
        ("hologram", {}, 40008),
    ],
)
async def test_wrong_content_is_refused(caller: Caller, msgtype: str, content: dict[str, Any], code: int) -> None:
    assert (await caller.send("lina", msgtype, content))["errcode"] == code


async def test_another_agentid_is_301002(caller: Caller) -> None:
    assert (await caller.send("lina", "text", {"content": "早"}, agentid=7))["errcode"] == 301002


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (rb'{"touser":"lina","msgtype":"text","agentid":1000002,"text":{"content":"\u65e9"}}', 40033),
        (rb'{"touser":"lina","msgtype":"text","agentid":1000002,"text":{"content":"C:\\users"}}', 0),
        (rb'{"touser":"lina","msgtype":"text","agentid":1000002,"text":{"content":"\\\u65e9"}}', 40033),
        (b"{", 40058),
        (b"[]", 40058),
    ],
)
async def test_escaped_characters_are_refused(sim: PretendWeCom, caller: Caller, raw: bytes, code: int) -> None:
    url = f"{sim.api_base}/cgi-bin/message/send"
    async with caller.session.post(url, params={"access_token": caller.token}, data=raw) as response:
        assert (await response.json())["errcode"] == code


async def test_the_same_body_inside_the_interval_is_not_delivered_again(
    sim: PretendWeCom, caller: Caller, clock: HandClock
) -> None:
    async def send() -> int:
        more = {"enable_duplicate_check": 1, "duplicate_check_interval": 600}
        return (await caller.send("lina", "text", {"content": "早"}, **more))["errcode"]

    assert [await send(), await send()] == [0, 0]
    assert len(sim.inbox_of("lina")) == 1
    clock.advance(seconds=600)
    await send()
    assert len(sim.inbox_of("lina")) == 2


async def test_without_the_check_the_same_body_arrives_twice(sim: PretendWeCom, caller: Caller) -> None:
    for _ in range(2):
        await caller.send("lina", "text", {"content": "早"})
    assert len(sim.inbox_of("lina")) == 2


async def test_the_31st_message_of_a_minute_vanishes_with_errcode_0(
    sim: PretendWeCom, caller: Caller, clock: HandClock
) -> None:
    codes = {(await caller.send("lina", "text", {"content": str(n)}))["errcode"] for n in range(31)}
    assert codes == {0}
    assert len(sim.inbox_of("lina")) == 30
    assert [userid for userid, _ in sim.dropped] == ["lina"]
    clock.advance(seconds=60)
    await caller.send("lina", "text", {"content": "later"})
    assert sim.inbox_of("lina")[-1].text == "later"


async def test_the_1001st_message_of_an_hour_vanishes(sim: PretendWeCom, clock: HandClock) -> None:
    limit = sim.world.per_member
    admitted = 0
    for _ in range(59):
        admitted += sum(limit.admits("lina", clock.now()) for _ in range(20))
        clock.advance(seconds=60)
    assert admitted == 1000


# Cards


async def test_an_interactive_card_gets_a_response_code_a_notice_does_not(caller: Caller) -> None:
    assert "response_code" in await caller.send("lina", "template_card", button_card())
    assert "response_code" not in await caller.send("lina", "template_card", notice_card())


@pytest.mark.parametrize(
    ("card", "field"),
    [
        (button_card(card_type="hologram"), "card_type"),
        (button_card(main_title={}), "main_title"),
        (button_card(button_list=[]), "button_list"),
        (button_card(button_list=[{"text": str(n), "key": "k"} for n in range(7)]), "button_list"),
        (button_card(button_list=[{"text": "a", "key": "k" * 1025}]), "button_list.key"),
        (button_card(button_list=[{"text": "a", "type": 1}]), "button_list.url"),
        (button_card(button_list=[{"text": "a", "key": "k", "style": 5}]), "button_list.style"),
        (button_card(task_id="线索"), "task_id"),
        (button_card(task_id="x" * 129), "task_id"),
        (button_card(task_id=None), "task_id"),
        (button_card(horizontal_content_list=[{"keyname": "k"}] * 7), "horizontal_content_list"),
        (button_card(horizontal_content_list=[{"keyname": "k", "type": 1}]), "horizontal_content_list.url"),
        (button_card(jump_list=[{"title": "a"}] * 4), "jump_list"),
        (button_card(button_selection={"question_key": "q", "option_list": []}), "button_selection"),
        (notice_card(card_action={}), "card_action"),
        (notice_card(card_action={"type": 1}), "card_action.url"),
        (notice_card(main_title={}), "main_title"),
        (notice_card(card_type="news_notice"), "card_image"),
        (button_card(card_type="vote_interaction"), "submit_button"),
        (button_card(card_type="vote_interaction", submit_button={"text": "交", "key": "k"}), "checkbox"),
        (button_card(card_type="multiple_interaction", submit_button={"text": "交", "key": "k"}), "select_list"),
    ],
)
async def test_a_wrong_card_is_refused_with_the_field(caller: Caller, card: dict[str, Any], field: str) -> None:
    answer = await caller.send("lina", "template_card", card)
    assert answer["errcode"] == 40058
    assert field in answer["errmsg"]


@pytest.mark.parametrize(
    "card",
    [
        {"card_type": "vote_interaction", "checkbox": {"question_key": "q", "option_list": [{"id": "a", "text": "A"}]}},
        {
            "card_type": "multiple_interaction",
            "select_list": [{"question_key": "q", "option_list": [{"id": "a", "text": "A"}]}],
        },
    ],
)
async def test_cards_that_ask_are_accepted(caller: Caller, card: dict[str, Any]) -> None:
    body = {"main_title": {"title": "问"}, "submit_button": {"text": "提交", "key": "go"}, "task_id": "Q-1"} | card
    assert (await caller.send("lina", "template_card", body))["errcode"] == 0


async def test_a_task_id_serves_once(caller: Caller) -> None:
    assert (await caller.send("lina", "template_card", button_card()))["errcode"] == 0
    assert (await caller.send("zhangwei", "template_card", button_card()))["errcode"] == 40058


async def test_texts_longer_than_a_card_shows_are_remarked_on(sim: PretendWeCom, caller: Caller) -> None:
    await caller.send("lina", "template_card", button_card(main_title={"title": "长" * 37}))
    assert len(sim.complaints) == 1
    assert "main_title.title shows 36 of 37" in sim.complaints[0]


async def test_a_card_changes_for_everybody_with_the_code_of_its_sending_once(
    sim: PretendWeCom, caller: Caller
) -> None:
    sent = await caller.send("lina|zhangwei", "template_card", button_card())
    agent = sim.company.app.agent_id
    update = {"atall": 1, "agentid": agent, "response_code": sent["response_code"], "template_card": notice_card()}
    assert (await caller.post("/cgi-bin/message/update_template_card", update))["errcode"] == 0
    for userid in ("lina", "zhangwei"):
        (card,) = sim.cards_of(userid)
        assert (card.title, card.buttons) == ("已由李娜接单", ())
    assert (await caller.post("/cgi-bin/message/update_template_card", update))["errcode"] == 40058


async def test_a_button_is_greyed_only_for_those_named(sim: PretendWeCom, caller: Caller) -> None:
    sent = await caller.send("lina|zhangwei", "template_card", button_card())
    update = {
        "userids": ["LiNa", "wangqiang"],
        "agentid": sim.company.app.agent_id,
        "response_code": sent["response_code"],
        "button": {"replace_name": "已接单"},
    }
    answer = await caller.post("/cgi-bin/message/update_template_card", update)
    assert (answer["errcode"], answer["invaliduser"]) == (0, ["wangqiang"])
    assert (sim.cards_of("lina")[0].replaced, sim.cards_of("lina")[0].buttons) == ("已接单", ())
    assert sim.cards_of("zhangwei")[0].buttons == ("接单", "无效线索")


async def test_a_code_ends_after_72_hours(sim: PretendWeCom, caller: Caller, clock: HandClock) -> None:
    sent = await caller.send("lina", "template_card", button_card())
    clock.advance(hours=72, seconds=1)
    await caller.log_in()
    update = {"atall": 1, "agentid": sim.company.app.agent_id, "button": {"replace_name": "过期"}}
    answer = await caller.post(
        "/cgi-bin/message/update_template_card", update | {"response_code": sent["response_code"]}
    )
    assert answer["errcode"] == 40058


async def test_a_wrong_update_does_not_use_the_code_up(sim: PretendWeCom, caller: Caller) -> None:
    sent = await caller.send("lina", "template_card", button_card())
    base = {"atall": 1, "agentid": sim.company.app.agent_id, "response_code": sent["response_code"]}
    path = "/cgi-bin/message/update_template_card"
    assert (await caller.post(path, base | {"template_card": notice_card(card_action={})}))["errcode"] == 40058
    assert (await caller.post(path, base | {"template_card": notice_card()}))["errcode"] == 0


async def test_a_message_can_be_recalled_for_a_day(sim: PretendWeCom, caller: Caller, clock: HandClock) -> None:
    first = await caller.send("lina", "template_card", button_card())
    assert (await caller.post("/cgi-bin/message/recall", {"msgid": first["msgid"]}))["errcode"] == 0
    assert sim.inbox_of("lina")[0].recalled
    assert sim.cards_of("lina") == []
    second = await caller.send("lina", "text", {"content": "早"})
    clock.advance(hours=24, seconds=1)
    await caller.log_in()
    assert (await caller.post("/cgi-bin/message/recall", {"msgid": second["msgid"]}))["errcode"] == 40058
    assert (await caller.post("/cgi-bin/message/recall", {"msgid": "other"}))["errcode"] == 40058


# Weather


async def test_while_it_is_down_nobody_answers(sim: PretendWeCom, caller: Caller) -> None:
    sim.weather.go_down()
    with pytest.raises(aiohttp.ClientError):
        await caller.send("lina", "text", {"content": "早"})
    sim.weather.come_back()
    assert (await caller.send("lina", "text", {"content": "早"}))["errcode"] == 0
    assert len(sim.inbox_of("lina")) == 1


async def test_a_lost_answer_leaves_the_message_delivered(sim: PretendWeCom, caller: Caller) -> None:
    sim.weather.lose_answers(1)
    with pytest.raises(aiohttp.ClientError):
        await caller.send("lina", "text", {"content": "早"})
    assert len(sim.inbox_of("lina")) == 1
    assert (await caller.send("lina", "text", {"content": "好"}))["errcode"] == 0


async def test_an_ordered_error_strikes_as_often_as_ordered(sim: PretendWeCom, caller: Caller) -> None:
    sim.weather.answer_with(45009, times=2)
    codes = [(await caller.send("lina", "text", {"content": "早"}))["errcode"] for _ in range(3)]
    assert codes == [45009, 45009, 0]
    assert len(sim.inbox_of("lina")) == 1


async def test_the_log_keeps_raw_bodies(sim: PretendWeCom, caller: Caller) -> None:
    await caller.send("lina", "text", {"content": "早"})
    (call,) = sim.calls("/cgi-bin/message/send")
    assert '"content": "早"'.encode() in call.body
