"""What the server is told, how often, and what becomes of its passive answers (wecom.md 1.4 to 1.7, 2.3 to 2.5)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from simulator.payloads import xml
from simulator.pretend import CannotTap, PretendWeCom

if TYPE_CHECKING:
    from tests.simulator.conftest import Caller, HandClock, Product

GROUP = "wrEastLeads"


def card(task_id: str = "L1-1", **more: Any) -> dict[str, Any]:
    buttons = [{"text": "接单", "style": 1, "key": "accept"}, {"text": "无效线索", "style": 2, "key": "bad"}]
    title = {"title": "新线索 恒达"}
    return {"card_type": "button_interaction", "main_title": title, "button_list": buttons, "task_id": task_id} | more


async def test_both_addresses_pass_the_consoles_check(sim: PretendWeCom, product: Product) -> None:
    assert await sim.verify_callbacks() == (True, True)


async def test_an_address_where_nobody_answers_does_not_pass(sim: PretendWeCom) -> None:
    sim.product_url = "http://127.0.0.1:9"
    assert await sim.verify_callbacks() == (False, False)


async def test_a_text_reaches_the_app(sim: PretendWeCom, product: Product, clock: HandClock) -> None:
    delivery = await sim.say_to_app("lina", "待办 ]]> <b>&</b> 🙂")
    assert (delivery.statuses, delivery.status) == ((200,), 200)
    ((_, message),) = product.heard
    assert message.findtext("ToUserName") == "wwdemo0123456789ab"
    assert message.findtext("FromUserName") == "lina"
    assert message.findtext("CreateTime") == str(int(clock.now().timestamp()))
    assert (message.findtext("MsgType"), message.findtext("Content")) == ("text", "待办 ]]> <b>&</b> 🙂")
    assert int(message.findtext("MsgId")) > 2**62
    assert message.findtext("AgentID") == "1000002"


async def test_media_and_places_reach_the_app(sim: PretendWeCom, product: Product) -> None:
    await sim.send_media("lina", "voice", b"#!AMR\nbytes")
    await sim.send_media("lina", "image", b"\xff\xd8\xffbytes")
    await sim.send_media("lina", "voice", b"\x02ab")
    await sim.send_location("lina", 31.2304, 121.4737, "人民广场")
    voice, image, speex, place = (message for _, message in product.heard)
    assert (voice.findtext("MsgType"), voice.findtext("Format")) == ("voice", "amr")
    assert sim.world.media[voice.findtext("MediaId")].data == b"#!AMR\nbytes"
    assert image.findtext("PicUrl").startswith(sim.api_base)
    assert speex.findtext("Format") == "speex"
    assert (place.findtext("Location_X"), place.findtext("Location_Y")) == ("31.2304", "121.4737")
    assert place.findtext("Label") == "人民广场"


async def test_events_reach_the_app(sim: PretendWeCom, product: Product) -> None:
    await sim.enter_app("lina")
    await sim.leave("lina")
    await sim.join("newbie", "小新")
    await sim.scan("lina", "visit", "task:88")
    await sim.press_menu("lina", "todo")
    events = [message.findtext("Event") for _, message in product.heard]
    assert events == ["enter_agent", "unsubscribe", "subscribe", "scancode_waitmsg", "click"]
    assert product.heard[3][1].findtext("ScanCodeInfo/ScanResult") == "task:88"
    assert product.heard[4][1].findtext("EventKey") == "todo"
    assert all(message.find("MsgId") is None for _, message in product.heard)


async def test_a_group_post_reaches_the_bot_only_with_a_mention(sim: PretendWeCom, product: Product) -> None:
    silent = await sim.post_in_group(GROUP, "chenlu", "中午吃什么", mention=False)
    assert (silent.statuses, product.heard) == ((), [])
    await sim.post_in_group(GROUP, "chenlu", "【线索响应】恒达 13800000000 X200 展会", quote="图")
    ((_, body),) = product.heard
    assert body["text"]["content"] == "@跟单铃 【线索响应】恒达 13800000000 X200 展会"
    assert (body["chattype"], body["chatid"], body["from"]) == ("group", GROUP, {"userid": "chenlu"})
    assert body["quote"]["text"]["content"] == "图"
    assert len(sim.group_messages(GROUP)) == 2


async def test_a_mention_in_the_middle_is_left_where_it_was_typed(sim: PretendWeCom, product: Product) -> None:
    await sim.post_in_group(GROUP, "chenlu", "你好 @跟单铃 在吗", mention=False)
    assert product.heard[0][1]["text"]["content"] == "你好 @跟单铃 在吗"


async def test_the_bot_hears_a_voice_as_words(sim: PretendWeCom, product: Product) -> None:
    await sim.send_media("lina", "voice", b"#!AMR\nbytes", to="bot", transcript="开始拜访恒达")
    body = product.heard[0][1]
    assert body["voice"] == {"content": "开始拜访恒达"}
    assert body["chattype"] == "single"
    assert "chatid" not in body


@pytest.mark.parametrize("say", ["say_to_app", "say_to_bot"])
async def test_a_callback_is_tried_three_times_in_all(sim: PretendWeCom, product: Product, say: str) -> None:
    product.statuses = [500, 302, 403, 200]
    delivery = await getattr(sim, say)("lina", "早")
    assert delivery.statuses == (500, 302, 403)
    assert not delivery.is_acknowledged
    said = [message if say == "say_to_bot" else message.findtext("MsgId") for _, message in product.heard]
    assert said[0] == said[1] == said[2]


async def test_a_callback_that_is_taken_is_not_repeated(sim: PretendWeCom, product: Product) -> None:
    product.statuses = [500]
    assert (await sim.say_to_app("lina", "早")).statuses == (500, 200)


async def test_silence_counts_as_a_failed_try(sim: PretendWeCom) -> None:
    async def hear_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hear_nothing, "127.0.0.1", 0)
    sim.product_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    sim.courier.patience = 0.05
    assert (await sim.say_to_app("lina", "早")).statuses == (0, 0, 0)
    server.close()
    await server.wait_closed()


async def test_the_weather_repeats_callbacks(sim: PretendWeCom, product: Product) -> None:
    sim.weather.duplicates = 2
    assert (await sim.say_to_app("lina", "早")).statuses == (200, 200, 200)
    assert len({message.findtext("MsgId") for _, message in product.heard}) == 1


async def test_the_weather_holds_callbacks_back(sim: PretendWeCom, product: Product) -> None:
    sim.weather.hold_callbacks()
    saying = asyncio.create_task(sim.say_to_app("lina", "早"))
    await sim.wait_for(lambda: sim.world.messages)
    assert product.heard == []
    sim.weather.release_callbacks()
    assert (await saying).status == 200


# Taps


async def test_a_tap_reaches_the_app_with_a_code_of_its_own(
    sim: PretendWeCom, product: Product, caller: Caller
) -> None:
    sent = await caller.send("lina|zhangwei", "template_card", card())
    (seen,) = sim.cards_of("lina")
    assert seen.buttons == ("接单", "无效线索")
    await sim.tap("lina", seen, "接单")
    event = product.heard[0][1]
    assert (event.findtext("Event"), event.findtext("EventKey")) == ("template_card_event", "accept")
    assert (event.findtext("TaskId"), event.findtext("CardType")) == ("L1-1", "button_interaction")
    code = event.findtext("ResponseCode")
    assert code != sent["response_code"]
    agent = sim.company.app.agent_id
    update = {"userids": ["lina"], "agentid": agent, "response_code": code, "button": {"replace_name": "已接单"}}
    assert (await caller.post("/cgi-bin/message/update_template_card", update))["errcode"] == 0
    assert sim.cards_of("lina")[0].replaced == "已接单"
    assert sim.cards_of("zhangwei")[0].buttons == ("接单", "无效线索")


async def test_a_greyed_button_cannot_be_tapped_but_by_a_client_that_is_behind(
    sim: PretendWeCom, product: Product, caller: Caller
) -> None:
    sent = await caller.send("lina", "template_card", card())
    update = {"atall": 1, "agentid": sim.company.app.agent_id, "button": {"replace_name": "已接单"}}
    await caller.post("/cgi-bin/message/update_template_card", update | {"response_code": sent["response_code"]})
    with pytest.raises(CannotTap):
        await sim.tap("lina", "L1-1", "接单")
    await sim.tap("lina", "L1-1", "接单", is_stale=True)
    assert product.heard[0][1].findtext("EventKey") == "accept"


async def test_a_card_that_one_does_not_hold_cannot_be_tapped(sim: PretendWeCom, caller: Caller) -> None:
    await caller.send("lina", "template_card", card())
    with pytest.raises(CannotTap):
        await sim.tap("zhangwei", "L1-1", "接单")


async def test_chosen_options_travel_with_the_tap(sim: PretendWeCom, product: Product, caller: Caller) -> None:
    options = [{"id": "u1", "text": "王强"}, {"id": "u2", "text": "张伟"}]
    question = {"question_key": "to", "option_list": options, "selected_id": "u1"}
    await caller.send("lina", "template_card", card(button_selection=question))
    await sim.tap("lina", "L1-1", "接单")
    await sim.tap("lina", "L1-1", "接单", selected={"to": ["u2"]})
    chosen = [event.findtext("SelectedItems/SelectedItem/OptionIds/OptionId") for _, event in product.heard]
    assert chosen == ["u1", "u2"]
    assert product.heard[0][1].findtext("SelectedItems/SelectedItem/QuestionKey") == "to"


# Passive answers


async def test_the_apps_passive_text_is_shown(sim: PretendWeCom, product: Product) -> None:
    product.answer_app = xml([("ToUserName", "lina"), ("MsgType", "text"), ("Content", "收到")])
    await sim.say_to_app("lina", "早")
    assert [each.text for each in sim.inbox_of("lina")] == ["收到"]


async def test_the_app_can_grey_the_tapped_button_at_once(sim: PretendWeCom, product: Product, caller: Caller) -> None:
    await caller.send("lina|zhangwei", "template_card", card())
    product.answer_app = xml([("MsgType", "update_button"), ("Button", [("ReplaceName", "已接单")])])
    await sim.tap("lina", "L1-1", "接单")
    assert sim.cards_of("lina")[0].replaced == "已接单"
    assert sim.cards_of("zhangwei")[0].replaced == ""


async def test_the_app_can_replace_the_tapped_card_at_once(sim: PretendWeCom, product: Product, caller: Caller) -> None:
    await caller.send("lina", "template_card", card())
    new = [
        ("CardType", "text_notice"),
        ("MainTitle", [("Title", "已接单")]),
        ("HorizontalContentList", [("KeyName", "电话"), ("Value", "13800000000")]),
        ("CardAction", [("Type", "1"), ("Url", "https://example.com")]),
    ]
    product.answer_app = xml([("MsgType", "update_template_card"), ("TemplateCard", new)])
    await sim.tap("lina", "L1-1", "接单")
    (seen,) = sim.cards_of("lina")
    assert (seen.card_type, seen.title, seen.lines) == ("text_notice", "已接单", (("电话", "13800000000"),))


async def test_the_bots_stream_is_shown_in_the_group_as_an_answer(sim: PretendWeCom, product: Product) -> None:
    product.answer_bot = {"msgtype": "stream", "stream": {"id": "s1", "finish": True, "content": "**L1** 张伟"}}
    await sim.post_in_group(GROUP, "chenlu", "你好")
    (answer,) = sim.group_answers(GROUP)
    assert (answer.sender, answer.markdown) == ("@bot", "**L1** 张伟")
    assert answer.extra["quoting"] == sim.world.messages[0].id


async def test_an_unfinished_stream_is_asked_on(sim: PretendWeCom, product: Product) -> None:
    sim.actors.poll_every = 0
    product.answer_bot = {"msgtype": "stream", "stream": {"id": "s1", "finish": False, "content": "正在"}}
    await sim.say_to_bot("lina", "你好")
    product.answer_bot = {"msgtype": "stream", "stream": {"id": "s1", "finish": True, "content": "正在…好了"}}
    await sim.wait_for(lambda: sim.bot_chat_of("lina")[0].markdown == "正在…好了")
    assert len(sim.bot_chat_of("lina")) == 1
    assert product.heard[-1][1]["stream"] == {"id": "s1"}


async def test_the_bots_card_event_is_sent_once_and_its_answer_updates_the_card(
    sim: PretendWeCom, product: Product
) -> None:
    product.answer_bot = {"msgtype": "template_card", "template_card": card("B1")}
    await sim.post_in_group(GROUP, "chenlu", "你好")
    product.answer_bot = None
    product.statuses = [500]
    assert (await sim.tap("lina", "B1", "接单")).statuses == (500,)
    new = card("B1", replace_text="已接单")
    product.answer_bot = {"response_type": "update_template_card", "userids": ["lina"], "template_card": new}
    await sim.tap("lina", "B1", "接单")
    event = product.heard[-1][1]["event"]
    assert event["eventtype"] == "template_card_event"
    assert event["template_card_event"]["event_key"] == "accept"
    by_lina, by_chenlu = sim.group_messages(GROUP, "lina")[-1].card, sim.group_messages(GROUP, "chenlu")[-1].card
    assert by_lina is not None
    assert by_chenlu is not None
    assert (by_lina.replaced, by_chenlu.replaced) == ("已接单", "")


async def test_the_bot_greets_once_a_day(sim: PretendWeCom, product: Product, clock: HandClock) -> None:
    product.answer_bot = {"msgtype": "text", "text": {"content": "欢迎"}}
    await sim.enter_bot("lina")
    await sim.enter_bot("lina")
    assert [each.text for each in sim.bot_chat_of("lina")] == ["欢迎"]
    clock.advance(days=1)
    await sim.enter_bot("lina")
    assert len(product.heard) == 2


@pytest.mark.parametrize(
    "answer",
    [
        {"msgtype": "text", "text": {"content": "only a welcome may be text"}},
        {"msgtype": "stream", "stream": {"id": "s", "finish": True, "content": "线" * 6827}},
        {"msgtype": "template_card", "template_card": {"card_type": "text_notice"}},
        {"msgtype": "hologram"},
    ],
)
async def test_an_answer_against_the_protocol_is_remarked_on_and_not_shown(
    sim: PretendWeCom, product: Product, answer: dict[str, Any]
) -> None:
    product.answer_bot = answer
    await sim.say_to_bot("lina", "早")
    assert len(sim.complaints) == 1
    assert sim.bot_chat_of("lina") == []
