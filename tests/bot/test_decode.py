from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.crypto import NotDecodable, WrongReceiver
from bot.decode import decode_app, decode_bot, person_of, without_mentions
from chat.cards import TapData
from chat.messages import (
    AppWarning,
    CardTap,
    Departed,
    Door,
    Entered,
    Incoming,
    Joined,
    Location,
    Media,
    Scanned,
    Text,
    Unknown,
)

PAYLOADS = Path(__file__).parent / "payloads"
NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
SENT = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
ACCEPT = TapData("accept", "L1024", 3)


def payload(name: str) -> str:
    return next(PAYLOADS.glob(f"{name}.*")).read_text("utf-8")


def app(name: str) -> Incoming:
    return decode_app(payload(name), NOW, corp_id="ww0123")


def bot(name: str) -> Incoming:
    return decode_bot(payload(name), NOW, bot_name="跟单铃")


def shown(incoming: Incoming) -> tuple[object, ...]:
    """Everything but the envelope."""
    fields = type(incoming).__dataclass_fields__
    return tuple(getattr(incoming, name) for name in fields if name != "envelope")


APP_KINDS = [
    ("app_text", Text, ("开始拜访 恒达\n[微笑] 😀", "", ())),
    ("app_image", Media, ("image", "m-image", "", "", "", "", "")),
    ("app_voice", Media, ("voice", "m-voice", "", "", "amr", "", "")),
    ("app_video", Media, ("video", "m-video", "", "", "", "", "")),
    ("app_file", Media, ("file", "m-file", "", "", "", "回单.xlsx", "")),
    ("app_location", Location, (30.274, 120.155, "杭州市西湖区")),
    ("app_location_select", Location, (30.274, 120.155, "杭州市西湖区")),
    ("app_link", Unknown, ("link",)),
    ("app_subscribe", Joined, ()),
    ("app_unsubscribe", Departed, ()),
    ("app_enter_agent", Entered, ()),
    ("app_click", Text, ("待办", "", ())),
    ("app_location_report", Unknown, ("event:LOCATION",)),
    ("app_view", Unknown, ("event:view",)),
    ("app_scan", Scanned, ("V88",)),
    ("app_pictures", Unknown, ("event:pic_sysphoto",)),
    ("app_batch_job", Unknown, ("event:batch_job_result",)),
    ("app_inactive_alert", AppWarning, ("inactive_alert",)),
    ("app_tap", CardTap, ("L1024-1", ACCEPT, "rc-1", {})),
    ("app_tap_one_option", CardTap, ("L1024-1", ACCEPT, "rc-1", {"freight": ("yes",)})),
    ("app_tap_many_options", CardTap, ("L1024-1", ACCEPT, "rc-1", {"freight": ("yes",), "needs": ("a", "b")})),
    ("app_tap_menu", CardTap, ("L1024-1", None, "rc-2", {})),
    ("app_contact_deleted", Departed, ()),
    ("app_contact_disabled", Departed, ()),
    ("app_contact_created", Joined, ()),
    ("app_contact_renamed", Unknown, ("event:change_contact:update_user",)),
    ("app_department_created", Unknown, ("event:change_contact:create_party",)),
]
BOT_KINDS = [
    ("bot_text", Text, ("【线索响应】恒达 13800000000 X200 展会", "", ())),
    ("bot_image", Media, ("image", "", "https://qyapi.weixin.qq.com/i", "", "", "", "")),
    ("bot_voice", Media, ("voice", "", "", "", "", "", "今天拜访了恒达")),
    ("bot_file", Media, ("file", "", "https://qyapi.weixin.qq.com/f", "", "", "", "")),
    ("bot_video", Media, ("video", "", "https://qyapi.weixin.qq.com/v", "", "", "", "")),
    ("bot_stream", Unknown, ("stream",)),
    ("bot_enter_chat", Entered, ()),
    ("bot_tap_nested", CardTap, ("L1024-1", ACCEPT, "", {"needs": ("a", "b")})),
    ("bot_tap_flat", CardTap, ("L1024-1", ACCEPT, "", {"needs": ("a", "b")})),
    ("bot_feedback", Unknown, ("event:feedback_event",)),
]


@pytest.mark.parametrize(("name", "kind", "holds"), APP_KINDS)
def test_every_kind_that_reaches_the_app_is_read(name: str, kind: type, holds: tuple[object, ...]) -> None:
    incoming = app(name)
    assert (type(incoming), shown(incoming)) == (kind, holds)


@pytest.mark.parametrize(("name", "kind", "holds"), BOT_KINDS)
def test_every_kind_that_reaches_the_bot_is_read(name: str, kind: type, holds: tuple[object, ...]) -> None:
    incoming = bot(name)
    assert (type(incoming), shown(incoming)) == (kind, holds)


def test_no_payload_lies_about_untested() -> None:
    tested = {name for name, *_ in APP_KINDS + BOT_KINDS}
    more = {"bot_mixed", "bot_opaque", "bot_text_with_quoted_image", "bot_text_with_quoted_mixed",
            "bot_text_with_quoted_voice"}  # fmt: skip
    assert {path.stem for path in PAYLOADS.iterdir()} == tested | more


def test_an_app_envelope_has_sender_as_spelt_and_the_senders_time() -> None:
    envelope = app("app_text").envelope
    assert (envelope.key, envelope.door, envelope.sender, envelope.sent_at) == ("app:7301", Door.APP, "LiSi", SENT)
    assert not envelope.is_group


def test_a_bot_envelope_has_the_group_and_the_way_back() -> None:
    envelope = bot("bot_text").envelope
    assert (envelope.key, envelope.door, envelope.sender) == ("bot:m-text", Door.BOT, "LiSi")
    assert (envelope.chat_id, envelope.is_group) == ("wrABC", True)
    assert envelope.reply_url.endswith("response_code=RC")


def test_a_bot_message_without_a_time_was_sent_when_it_came() -> None:
    assert bot("bot_text").envelope.sent_at == NOW
    assert bot("bot_enter_chat").envelope.sent_at == SENT


@pytest.mark.parametrize("time", ["", "soon", "-99999999999999", "9" * 30, "9" * 5000, "1700000000000000"])
def test_a_senseless_time_is_replaced_by_that_of_receipt(time: str) -> None:
    xml = payload("app_text").replace("1700000000", time)
    assert decode_app(xml, NOW).envelope.sent_at == NOW


# Keys (wecom.md 1.4)


def test_the_same_callback_again_has_the_same_key() -> None:
    for name, *_ in APP_KINDS:
        assert app(name).envelope.key == app(name).envelope.key
    for name, *_ in BOT_KINDS:
        assert bot(name).envelope.key == bot(name).envelope.key


def test_all_payloads_have_different_keys() -> None:
    keys = [app(name).envelope.key for name, *_ in APP_KINDS if not name.startswith("app_tap_")]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("what", "otherwise"),
    [
        ("accept|L1024|3|", "reject|L1024|3|"),
        ("L1024-1", "L1025-1"),
        ("rc-1", "rc-2"),
        ("LiSi", "WangWu"),
        ("1700000000", "1700000001"),
        ("1000002", "1000003"),
    ],
)
def test_two_events_in_one_second_are_two(what: str, otherwise: str) -> None:
    first, second = payload("app_tap"), payload("app_tap").replace(what, otherwise)
    assert decode_app(first, NOW).envelope.key != decode_app(second, NOW).envelope.key


def test_events_are_told_apart_by_what_was_scanned_and_who_changed() -> None:
    scan, contact = payload("app_scan"), payload("app_contact_deleted")
    assert decode_app(scan, NOW).envelope.key != decode_app(scan.replace("V88", "V89"), NOW).envelope.key
    assert decode_app(contact, NOW).envelope.key != decode_app(contact.replace("WangWu", "LiSi"), NOW).envelope.key


@pytest.mark.parametrize("number", ["<MsgId></MsgId>", "<MsgId>0</MsgId>", ""])
def test_a_message_without_a_number_is_known_by_its_text(number: str) -> None:
    xml = payload("app_text").replace("<MsgId>7301</MsgId>", number)
    other = xml.replace("恒达", "恒瑞")
    assert decode_app(xml, NOW).envelope.key == decode_app(xml, NOW).envelope.key
    assert decode_app(xml, NOW).envelope.key != decode_app(other, NOW).envelope.key


def test_a_key_fits_any_index_however_long_the_id() -> None:
    text = payload("bot_text").replace("m-text", "m" * 10_000)
    assert len(decode_bot(text, NOW).envelope.key) < 100


# People


def test_one_member_has_one_line_through_both_doors() -> None:
    assert person_of(app("app_text")) == person_of(bot("bot_text")) == "lisi"


def test_an_opaque_id_of_the_bot_stays_as_it_is() -> None:
    assert person_of(bot("bot_opaque")) == "woAJ2GCAAAXtWyujaWJHDDGi0mACH71w"


def test_a_change_of_contacts_is_about_the_member_and_joins_that_line() -> None:
    assert person_of(app("app_contact_deleted")) == "wangwu"


@pytest.mark.parametrize("name", ["app_inactive_alert", "app_batch_job"])
def test_what_wecom_says_by_itself_has_a_line_of_its_own(name: str) -> None:
    assert person_of(app(name)) == "sys"


def test_a_message_that_names_no_sender_still_has_a_line() -> None:
    assert person_of(decode_bot('{"msgid":"1","msgtype":"event"}', NOW)) == "sys"


# What belongs to a text of the bot


def test_a_mixed_message_keeps_its_words_in_order_and_its_pictures_with_keys_of_their_own() -> None:
    incoming = bot("bot_mixed")
    assert isinstance(incoming, Text)
    assert incoming.text == "【线索响应】恒达\n名片在上面"
    assert [(media.kind, media.url, media.aes_key) for media in incoming.attached] == [
        ("image", "https://qyapi.weixin.qq.com/1", "k1"),
        ("image", "https://qyapi.weixin.qq.com/2", ""),
    ]
    assert [media.envelope.key for media in incoming.attached] == ["bot:m-mixed#1", "bot:m-mixed#2"]


@pytest.mark.parametrize(
    ("name", "text", "quote", "urls"),
    [
        ("bot_text_with_quoted_image", "看这个", "", ["https://qyapi.weixin.qq.com/q"]),
        ("bot_text_with_quoted_voice", "记一下", "恒达下周要报价", []),
        ("bot_text_with_quoted_mixed", "记一下", "门牌", ["https://qyapi.weixin.qq.com/q"]),
    ],
)
def test_a_quoted_message_comes_along(name: str, text: str, quote: str, urls: list[str]) -> None:
    incoming = bot(name)
    assert isinstance(incoming, Text)
    assert (incoming.text, incoming.quote, [media.url for media in incoming.attached]) == (text, quote, urls)


@pytest.mark.parametrize(
    ("said", "name", "left"),
    [
        ("@跟单铃 待办", "跟单铃", "待办"),
        ("@跟单铃\u2005待办", "跟单铃", "待办"),
        ("待办@跟单铃", "跟单铃", "待办"),
        ("请 @跟单铃 看看 @跟单铃 这条", "跟单铃", "请 看看 这条"),
        ("@Deal Bell 待办", "Deal Bell", "待办"),
        ("@Deal\u2005Bell\u2005待办", "Deal Bell", "待办"),
        ("＠跟单铃【线索响应】恒达", "跟单铃", "【线索响应】恒达"),
        ("@张三 @跟单铃 待办", "跟单铃", "@张三 待办"),
        ("@跟单(铃) 待办", "跟单(铃)", "待办"),
        ("第一行\n@跟单铃 第二行", "跟单铃", "第一行\n第二行"),
        ("@旧名字 待办", "跟单铃", "待办"),
        ("@旧名字 待办", "", "待办"),
        ("邮箱 a@b.example", "跟单铃", "邮箱 a@b.example"),
        ("@跟单铃", "跟单铃", ""),
        ("待办", "", "待办"),
    ],
)
def test_mentions_of_the_bot_are_not_part_of_what_was_said(said: str, name: str, left: str) -> None:
    assert without_mentions(said, name, is_group=True) == left


def test_in_a_single_chat_only_the_bots_own_name_is_taken_out() -> None:
    assert without_mentions("@张三 电话多少", "跟单铃", is_group=False) == "@张三 电话多少"


# Bad payloads


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "hello",
        "<xml>",
        "<xml/>",
        "<xml></xml>",
        "<html><MsgType>text</MsgType></html>",
        "<xml><MsgType><a/></MsgType></xml>",
        "<xml><MsgType>event</MsgType></xml>",
        "<xml><MsgType>text</MsgType><Content>&unknown;</Content></xml>",
        "<xml><MsgType>text</MsgType></xml><xml/>",
        "<xml><MsgType>text</MsgType><Content>\x00</Content></xml>",
        "<!DOCTYPE xml><xml><MsgType>text</MsgType></xml>",
        '<?xml version="1.0"?>\n<!DOCTYPE xml [<!ENTITY a "b">]><xml><MsgType>text</MsgType></xml>',
        "<!-- <xml> --><!DOCTYPE xml><xml><MsgType>text</MsgType></xml>",
        "<xml><!DOCTYPE xml><MsgType>text</MsgType></xml>",
    ],
)
def test_malformed_xml_and_every_doctype_is_not_decodable(xml: str) -> None:
    with pytest.raises(NotDecodable):
        decode_app(xml, NOW)


def test_a_member_may_write_about_a_doctype() -> None:
    incoming = decode_app(payload("app_text").replace("恒达", "<!DOCTYPE html>"), NOW)
    assert isinstance(incoming, Text)
    assert "<!DOCTYPE html>" in incoming.text


def test_a_declaration_in_front_does_no_harm() -> None:
    assert isinstance(decode_app('<?xml version="1.0" encoding="UTF-8"?>\n' + payload("app_text"), NOW), Text)


def test_a_message_to_another_company_is_refused() -> None:
    with pytest.raises(WrongReceiver):
        decode_app(payload("app_text"), NOW, corp_id="ww9999")


@pytest.mark.parametrize(
    "text", ["", "hello", "[]", "1", "null", "{}", '{"msgtype":1.5', '{"msgtype":null}', "[" * 99999]
)
def test_malformed_json_is_not_decodable(text: str) -> None:
    with pytest.raises(NotDecodable):
        decode_bot(text, NOW)


def test_text_that_no_database_takes_is_cleaned() -> None:
    incoming = decode_bot('{"msgid":"a\\u0000","msgtype":"text","text":{"content":"恒\\ud800达\\u0000"}}', NOW)
    assert isinstance(incoming, Text)
    assert (incoming.envelope.key, incoming.text) == ("bot:a", "恒达")


@pytest.mark.parametrize("kind", ["location", "card", "event", "text", "mixed", "voice", "stream"])
@settings(deadline=None)
@given(junk=st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(
    st.sampled_from(["content", "msg_item", "msgtype", "mixed", "url", "eventtype", "template_card_event",
                     "selected_items", "selected_item", "option_ids", "text"]), x)))  # fmt: skip
def test_whatever_stands_in_the_fields_the_bot_never_stumbles(kind: str, junk: object) -> None:
    names = ["msgid", "from", "chatid", "chattype", "create_time", "quote", kind]
    text = json.dumps({"msgtype": kind} | dict.fromkeys(names, junk))
    assert decode_bot(text, NOW).envelope.door is Door.BOT


@pytest.mark.parametrize("inside", ["", "x", "<a>1</a>", "<a>1</a><a>2</a>", '<a b="1">2</a>', "1<a/>2"])
@pytest.mark.parametrize("name", [name for name, *_ in APP_KINDS])
def test_whatever_stands_in_the_fields_the_app_never_stumbles(name: str, inside: str) -> None:
    """Each element in turn is replaced by something that should not stand there."""
    from xml.etree import ElementTree

    root = ElementTree.fromstring(payload(name))
    for child in root:
        if child.tag in ("MsgType", "Event"):
            continue
        whole = ElementTree.tostring(root, encoding="unicode")
        old = ElementTree.tostring(child, encoding="unicode").strip()
        damaged = whole.replace(old, f"<{child.tag}>{inside}</{child.tag}>")
        assert decode_app(damaged, NOW).envelope.door is Door.APP
