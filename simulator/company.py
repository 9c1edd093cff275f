"""Who works in a pretend company, what it has set up in WeCom, and which windows the chat page shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Department:
    id: int
    name: str
    parent: int = 0
    order: int = 100


@dataclass(frozen=True, slots=True)
class Person:
    userid: str
    name: str
    department: int = 1
    position: str = ""
    roles: tuple[str, ...] = ()
    """What the person does in the product's words (rep, manager …). WeCom does not know roles: they are here so that
    a demo's roster can be written from the same list."""
    manager: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class SelfBuiltApp:
    name: str
    agent_id: int
    secret: str
    token: str
    encoding_aes_key: str


@dataclass(frozen=True, slots=True)
class SmartBot:
    name: str
    aibotid: str
    token: str
    encoding_aes_key: str


@dataclass(frozen=True, slots=True)
class Group:
    chatid: str
    name: str
    members: tuple[str, ...]
    webhook_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """One window of the chat page: a group, or a member's own chat with app and smart bot."""

    kind: Literal["group", "member"]
    id: str
    """chatid or userid"""
    role: str
    """A word for the corner of the window: 群聊, 销售, 主管 …"""
    page: str = ""
    """A page of the product that the window links to, and what the link says."""
    page_title: str = ""


@dataclass(frozen=True, slots=True)
class Company:
    corp_id: str
    name: str
    departments: tuple[Department, ...]
    people: tuple[Person, ...]
    app: SelfBuiltApp
    bot: SmartBot
    groups: tuple[Group, ...]
    windows: tuple[Window, ...] = ()

    def person(self, userid: str) -> Person:
        return next(person for person in self.people if person.userid == userid)


# Made-up secrets of a made-up company. A key is 43 letters and digits (wecom.md 1.1).
_APP_KEY = "demoAppKey0demoAppKey0demoAppKey0demoAppKeA"
_BOT_KEY = "demoBotKey0demoBotKey0demoBotKey0demoBotKeA"

EAST, HEAD_OFFICE = 2, 3


def demo_company() -> Company:
    """启明机电, invented: one sales team, its manager, and the people who watch."""
    people = (
        Person("chenlu", "陈露", HEAD_OFFICE, "市场专员", ("admin",)),
        Person("zhangwei", "张伟", EAST, "销售", ("rep",), "zhaomin", "华东"),
        Person("lina", "李娜", EAST, "销售", ("rep",), "zhaomin", "华东"),
        Person("wangqiang", "王强", EAST, "销售", ("rep",), "zhaomin", "华东"),
        Person("zhaomin", "赵敏", EAST, "销售主管", ("manager",), "zhouzong", "华东"),
        Person("zhouzong", "周总", HEAD_OFFICE, "总经理", ("leader",)),
        Person("sunyue", "孙悦", HEAD_OFFICE, "机器人管理员", ("operator",)),
        Person("qianfang", "钱芳", HEAD_OFFICE, "财务", ("finance",)),
    )
    return Company(
        corp_id="wwdemo0123456789ab",
        name="启明机电",
        departments=(
            Department(1, "启明机电"),
            Department(EAST, "华东销售部", parent=1, order=20),
            Department(HEAD_OFFICE, "总部", parent=1, order=10),
        ),
        people=people,
        app=SelfBuiltApp("跟单铃", 1000002, "demo-app-secret", "demoAppToken", _APP_KEY),
        bot=SmartBot("跟单铃", "aibDemo0001", "demoBotToken", _BOT_KEY),
        groups=(
            Group("wrEastLeads", "华东线索群", tuple(person.userid for person in people[:6]), ("demo-webhook-key",)),
        ),
        windows=(
            Window("group", "wrEastLeads", "群聊"),
            Window("member", "zhangwei", "销售"),
            Window("member", "lina", "销售"),
            Window("member", "zhaomin", "主管"),
            Window("member", "zhouzong", "总经理"),
            Window("member", "wangqiang", "销售"),
            Window("member", "chenlu", "群管理员"),
            Window("member", "sunyue", "机器人管理员"),
            Window("member", "qianfang", "财务", "/finance", "财务页面"),
        ),
    )
