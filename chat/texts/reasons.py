"""Why a lead went where it went, in words (R6)."""

from __future__ import annotations

from collections.abc import Iterable

from domain.assignment import Basis, Considered, Way, Why
from domain.leads import Grade
from domain.standing import StandingWhy

WHY_NOT = {
    Why.FROZEN: "已离职或停用",
    Why.ON_LEAVE: "休假中",
    Why.AT_CAP: "手上线索已满",
    Why.NOT_WORKING_NOW: "现在不在上班时间",
    Why.OTHER_REGION: "不负责这个区域",
    Why.BARRED: "刚放下过这条线索",
    Why.LOWER_SCORE: "得分较低",
    Why.TIE_BREAK: "同分，按等候时间和固定次序排在后面",
    Why.NO_RULE_MATCHES: "没有适用的派单规则",
    Why.NO_CANDIDATE: "没有可派的人",
    Why.WISHED_UNKNOWN: "客户点名的人不在名册里",
    Why.CITY_CENTRE: "没有具体位置，按城市中心点判断区域",
}

_OF_A_PERSON = (Why.FROZEN, Why.ON_LEAVE, Why.AT_CAP, Why.BARRED)


def noted(note: Why) -> str:
    """What happened before the rules; who was asked for, or owns the customer, stands there by what kept them."""
    return f"客户点名的人或原负责人{WHY_NOT[note]}" if note in _OF_A_PERSON else WHY_NOT[note]


def short_reason(basis: Basis) -> str:
    """A few words for the group's answer and the card (L1)."""
    match basis.way:
        case Way.WISH:
            return "客户点名"
        case Way.EXISTING_OWNER:
            return "老客户原负责人"
        case Way.STAND_IN:
            return "原负责人休假，代理人接"
        case Way.RULE:
            return f"规则“{basis.rule}”"
        case Way.DEFAULT:
            return _strongest(basis)
        case Way.BY_HAND:
            return "人工指派"
        case Way.CIRCUIT_OPEN:
            return "自动派单已暂停"
        case Way.NOBODY:
            return nobody(basis)


# Without amounts and numbers of orders: whoever has a lead of the customer reads it, the money may be another's (A1).
STANDINGS = {
    StandingWhy.OVERDUE: "有逾期应收",
    StandingWhy.PROMISE_BROKEN: "还欠着，以前答应过没付",
    StandingWhy.PAID: "付清过，没有逾期",
}


def grade_reason(grade: Grade, reasons: Iterable[tuple[str, int]]) -> str:
    """The letter and what made it (L6)."""
    return f"{grade}级：" + ("、".join(f"{name}{points:+d}" for name, points in reasons) or "基础分")


def nobody(basis: Basis) -> str:
    """Why nobody fitted."""
    reasons = [c.why_not for c in basis.considered if c.why_not is not None]
    if Why.NO_RULE_MATCHES in basis.notes:
        return WHY_NOT[Why.NO_RULE_MATCHES]
    if reasons and all(reason is reasons[0] for reason in reasons):
        return f"没人能接：{WHY_NOT[reasons[0]]}"
    return WHY_NOT[Why.NO_CANDIDATE]


def _strongest(basis: Basis) -> str:
    chosen = next((c for c in basis.considered if c.why_not is None), None)
    if chosen is None or chosen.parts is None or len(basis.considered) == 1:
        return "唯一可派的人" if chosen else "人工指派"
    parts = {"手上线索少": chosen.parts.load, "熟悉这类产品": chosen.parts.skill, "这类成单率高": chosen.parts.wins}
    best = max(parts, key=lambda name: parts[name])
    return best if chosen.parts.load < 1 or best != "手上线索少" else "手上没有待办线索"


def one_considered(person: Considered) -> str:
    """One line of 为什么."""
    head = f"{person.name}：手上 {person.open_leads} 条"
    if person.parts is not None:
        head += f"，得分 {person.parts.total:.2f}"
    return f"{head}，{WHY_NOT[person.why_not]}" if person.why_not else f"{head}，选中"
