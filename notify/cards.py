"""Facts → cards. Read each as a busy rep on a phone would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chat.cards import Button, ButtonStyle, Card, Line, TapData
from chat.texts.format import clock, duration, phone, shortened
from domain.escalation import Rung
from domain.ids import lead_name
from domain.leads import Lead
from domain.people import Member
from settings.house import HouseRules

SHOWN = 6
"""Rows that WeCom shows on a card."""


class Taps:
    """Names of what buttons do (TapData.action)."""

    ACCEPT = "accept"
    REASSIGN = "reassign"
    REASSIGN_TO = "reassign_to"
    INVALID = "invalid"
    INVALID_WHY = "invalid_why"
    CONTACTED = "contacted"
    NOT_REACHED = "not_reached"
    PINGS_SEEN = "pings_seen"
    PINGS_LATER = "pings_later"
    CLOSE_CARD = "close_card"
    DONE = "todo_done"
    TOMORROW = "todo_later"
    VISIT_START = "visit_start"
    VISIT_SWITCH = "visit_switch"
    VISIT_NONE = "visit_none"
    VISIT_SEEN = "visit_seen"
    VISIT_LATER = "visit_later"
    VISIT_OVERRIDE = "visit_override"
    VISIT_TASK = "visit_task"
    TASK_CODE = "task_code"
    EVIDENCE_KIND = "evidence_kind"
    EVIDENCE_TO = "evidence_to"
    EVIDENCE_AWAY = "evidence_away"
    NEED = "need"
    LOOK = "look"
    CHECK_GOOD = "check_good"
    CHECK_BAD = "check_bad"
    MEMO_CONFIRM = "memo_confirm"
    MEMO_WHICH = "memo_which"
    MEMO_CUSTOMER = "memo_customer"
    MEMO_NEW = "memo_new"
    MEMO_NONE = "memo_none"


def _tap(action: str, lead: Lead, argument: str = "") -> TapData:
    return TapData(action, lead_name(lead.lead_id), lead.round, argument)


def _lead_lines(lead: Lead, rules: HouseRules, call_url: str) -> tuple[Line, ...]:
    lines = [
        Line("客户", lead.customer),
        Line("电话", phone(lead.phone, lead.ext), call_url),
        Line("型号", lead.model),
        Line("来源", lead.channel),
    ]
    if lead.remark:
        lines.append(Line("备注", lead.remark))
    return tuple(lines)


def opening(lead: Lead, member: Member) -> str:
    """The first words for this kind of lead (S1)."""
    asked = f"看到您通过{lead.channel}咨询{lead.model}"
    return f"开场白：您好，我是{member.name}，{asked}，想了解一下您的用途和数量，方便说两句吗？"


def assignment_card(
    lead: Lead,
    member: Member,
    rules: HouseRules,
    *,
    accept_by: datetime,
    contact_by: datetime,
    reason: str,
    grade_reason: str,
    now: datetime,
    call_url: str,
) -> Card:
    """S1. Title says it all on a locked phone; the rest is what the call needs."""
    local_now = rules.local(now)
    accept = clock(rules.local(accept_by), local_now)
    contact = clock(rules.local(contact_by), local_now)
    return Card(
        title=f"新线索 {lead_name(lead.lead_id)} · {lead.grade}级",
        subtitle=f"{accept} 前接单，{contact} 前首次联系",
        text=f"{opening(lead, member)}\n{grade_reason}",
        lines=(*_lead_lines(lead, rules, call_url), Line("派给你", reason)),
        buttons=(
            Button("接单", _tap(Taps.ACCEPT, lead), ButtonStyle.PRIMARY),
            Button("转派", _tap(Taps.REASSIGN, lead)),
            Button("无效线索", _tap(Taps.INVALID, lead), ButtonStyle.GREY),
        ),
        url=call_url,
    )


def accepted_card(lead: Lead, rules: HouseRules, *, contact_by: datetime | None, now: datetime, call_url: str) -> Card:
    by = f"，{clock(rules.local(contact_by), rules.local(now))} 前首次联系" if contact_by else ""
    return Card(
        title=f"已接单 {lead_name(lead.lead_id)} · {lead.grade}级",
        subtitle=f"打完电话点“已联系”{by}",
        lines=_lead_lines(lead, rules, call_url),
        buttons=(
            Button("已联系", _tap(Taps.CONTACTED, lead), ButtonStyle.PRIMARY),
            Button("没打通", _tap(Taps.NOT_REACHED, lead)),
            Button("转派", _tap(Taps.REASSIGN, lead)),
            Button("无效线索", _tap(Taps.INVALID, lead), ButtonStyle.GREY),
        ),
        url=call_url,
    )


def settled_card(lead: Lead, title: str, subtitle: str, call_url: str) -> Card:
    """Nothing is to be done on this card any more."""
    return Card(
        title=f"{title} {lead_name(lead.lead_id)}",
        subtitle=subtitle,
        lines=(Line("客户", lead.customer), Line("型号", lead.model)),
        url=call_url,
    )


def reassign_card(lead: Lead, others: Sequence[tuple[Member, int]], url: str) -> Card:
    """`others`: who may take it, with their open leads, the least busy first."""
    buttons = [
        Button(shortened(f"{member.name}（{load}条）", 10), _tap(Taps.REASSIGN_TO, lead, member.userid))
        for member, load in others[: SHOWN - 1]
    ]
    return Card(
        title=f"{lead_name(lead.lead_id)} 转给谁",
        subtitle=shortened(lead.customer, 30),
        text=f"名字后面是手上的线索数。不在里面的人，发：转派 {lead_name(lead.lead_id)} 给 姓名",
        buttons=(*buttons, Button("不转了", _tap(Taps.CLOSE_CARD, lead), ButtonStyle.GREY)),
        url=url,
    )


INVALID_REASONS = (
    ("bad_number", "空号或停机"),
    ("not_customer", "不是客户"),
    ("duplicate", "重复线索"),
    ("peer", "同行"),
    ("no_need", "没有需求"),
)


def invalid_card(lead: Lead, url: str) -> Card:
    return Card(
        title=f"{lead_name(lead.lead_id)} 为什么无效",
        subtitle=shortened(lead.customer, 30),
        text="选一个原因，线索就关闭，主管看得到。",
        buttons=(
            *(Button(text, _tap(Taps.INVALID_WHY, lead, code)) for code, text in INVALID_REASONS),
            Button("不关了", _tap(Taps.CLOSE_CARD, lead), ButtonStyle.GREY),
        ),
        url=url,
    )


def pool_card(lead: Lead, reason: str, others: Sequence[tuple[Member, int]], url: str) -> Card:
    """R5: nobody fitted; the admin decides with a tap."""
    buttons = tuple(
        Button(shortened(f"{member.name}（{load}条）", 10), _tap(Taps.REASSIGN_TO, lead, member.userid))
        for member, load in others[:SHOWN]
    )
    return Card(
        title=f"{lead_name(lead.lead_id)} 没派出去，请指派",
        subtitle=shortened(reason, 40),
        text="" if buttons else f"现在没有可选的人。有人后发：转派 {lead_name(lead.lead_id)} 给 姓名",
        lines=(Line("客户", lead.customer), Line("型号", lead.model), Line("来源", lead.channel),
               Line("等级", f"{lead.grade}级")),
        buttons=buttons,
        url=url,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class LateLead:
    """One row of a manager's card."""

    lead: Lead
    rung: Rung
    owner_name: str
    late_since: timedelta
    """How long the lead has waited since it was given to its owner, in the ladder's time."""
    since_then: str = ""
    """What has become of it, where the owner has it no more."""


LATE = {Rung.ACCEPT: "未接单", Rung.FIRST_CONTACT: "未联系", Rung.REPORT: "仍未联系"}


def _late_row(late: LateLead) -> Line:
    what = f"{late.owner_name} {duration(late.late_since)}{LATE[late.rung]}"
    if late.since_then:
        what = f"{late.owner_name}{LATE[late.rung]}，{late.since_then}"
    return Line(lead_name(late.lead.lead_id), f"{shortened(late.lead.customer, max(6, 27 - len(what)))} · {what}")


def late_card(late: Sequence[LateLead], tap_subject: str, url: str) -> Card:
    """S4: one card for a manager that gathers all that is late, the worst first."""
    order = list(Rung)
    ranked = sorted(late, key=lambda one: (one.lead.grade, -order.index(one.rung), one.lead.lead_id))
    if len(ranked) == 1:
        only = ranked[0]
        title = f"{lead_name(only.lead.lead_id)} {duration(only.late_since)}{LATE[only.rung]}"
        behind = f"{only.owner_name}，{only.since_then}" if only.since_then else f"负责人{only.owner_name}"
        subtitle = f"{shortened(only.lead.customer, max(6, 40 - len(behind)))} · {behind}"
    else:
        title = f"{len(ranked)} 条线索超时"
        subtitle = "最急的在最前面"
    rest = [f"{lead_name(one.lead.lead_id)} {one.lead.customer}（{one.owner_name}）" for one in ranked[SHOWN:]]
    waiting = next((one for one in ranked if not one.since_then), None)
    how = f"要换人，发：转派 {lead_name(waiting.lead.lead_id)} 给 姓名" if waiting is not None else ""
    return Card(
        title=title,
        subtitle=subtitle,
        text="\n".join(part for part in (how, shortened("还有：" + "、".join(rest), 120) if rest else "") if part),
        lines=tuple(_late_row(one) for one in ranked[:SHOWN]),
        buttons=(
            Button("收到", TapData(Taps.PINGS_SEEN, tap_subject), ButtonStyle.PRIMARY),
            Button("稍后", TapData(Taps.PINGS_LATER, tap_subject)),
        ),
        url=url,
    )


def reminder_card(lead: Lead, rules: HouseRules, *, due_at: datetime, now: datetime, call_url: str) -> Card:
    """S5: before, at and after the time; the tap that settles it is on the card."""
    late = now - due_at
    if late > timedelta(minutes=1):
        head = f"已超时 {duration(late)}：首次联系 {lead_name(lead.lead_id)}"
    elif late >= timedelta():
        head = f"到时间了：首次联系 {lead_name(lead.lead_id)}"
    else:
        head = f"还有 {duration(-late)}：首次联系 {lead_name(lead.lead_id)}"
    card = accepted_card(lead, rules, contact_by=due_at if late < timedelta() else None, now=now, call_url=call_url)
    return Card(head, card.subtitle, card.text, card.lines, card.buttons, card.url)
