"""What was understood of a memo, as people read it (N2-N4)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from chat.texts.format import WEEKDAYS, shortened
from domain.facts import BudgetRange, Concern, MemoFacts, NextStep, Owner, Signal
from domain.scorecard import Level, Point, Profile, ScoreCard

CONCERNS = {
    Concern.PRICE: "价格",
    Concern.DELIVERY: "交期",
    Concern.QUALITY: "质量",
    Concern.SERVICE: "售后",
    Concern.PAYMENT: "付款",
    Concern.TECHNOLOGY: "技术",
    Concern.CONTRACT: "合同",
    Concern.TRUST: "信任",
}
SIGNALS = {
    Signal.PRICE_SENSITIVE: "压价",
    Signal.BUDGET_CONFIRMED: "预算已批",
    Signal.DECISION_MAKER_MET: "见到拍板人",
    Signal.COMPETITOR_INVOLVED: "有竞品",
    Signal.URGENT: "急着要",
    Signal.STALLED: "先放一放",
}
LEVELS = {Level.HIGH: "高", Level.MIDDLE: "中", Level.LOW: "低"}
MET = {
    Point.BUDGET_CLEAR: "预算清楚",
    Point.BUDGET_CONFIRMED: "预算已批",
    Point.DECISION_MAKER_KNOWN: "知道谁拍板",
    Point.DECISION_MAKER_MET: "见过拍板人",
    Point.NO_COMPETITOR: "没听说竞品",
    Point.URGENT: "客户急着要",
    Point.NEXT_STEP_AGREED: "约了下一步",
    Point.STALLED: "客户先放一放",
}
MISSING = {
    Point.BUDGET_CLEAR: "预算没问清",
    Point.BUDGET_CONFIRMED: "预算没批",
    Point.DECISION_MAKER_KNOWN: "不知道谁拍板",
    Point.DECISION_MAKER_MET: "没见到拍板人",
    Point.NO_COMPETITOR: "有竞品",
    Point.URGENT: "不急",
    Point.NEXT_STEP_AGREED: "没约下一步",
}
WORTH_ASKING = (
    Point.BUDGET_CLEAR,
    Point.DECISION_MAKER_KNOWN,
    Point.DECISION_MAKER_MET,
    Point.NEXT_STEP_AGREED,
)
"""What the next talk can find out."""
FIELDS = {
    "customer": "客户",
    "decision_maker": "拍板人",
    "budget": "预算",
    "next_steps": "下一步",
    "competitors": "竞品",
    "concerns": "顾虑",
    "signals": "信号",
}
NOT_SAID = "没提到"


def money(fen: int) -> str:
    """50万, 3.8万, 1.2亿, 3500元: as one says it; never rounded."""
    yuan = Decimal(fen) / 100
    for unit, name in ((Decimal(100_000_000), "亿"), (Decimal(10_000), "万")):
        parts = (yuan / unit).normalize()
        # 10300元 is not 1.03万 to anybody who reads it; three places are.
        if yuan >= unit and -int(parts.as_tuple().exponent) <= 3:
            return f"{parts:f}{name}"
    return f"{yuan.normalize():f}元"


def budget(value: BudgetRange) -> str:
    """50万, 30万–40万, 不超过50万, 至少50万."""
    if value.min_fen is None:
        return f"不超过{money(value.max_fen or 0)}"
    if value.max_fen is None:
        return f"至少{money(value.min_fen)}"
    if value.min_fen == value.max_fen:
        return money(value.min_fen)
    return f"{money(value.min_fen)}–{money(value.max_fen)}"


def day(due: date, today: date) -> str:
    """今天, 明天, 11月25日周三."""
    near = {0: "今天", 1: "明天"}.get((due - today).days)
    year = f"{due.year}年" if due.year != today.year else ""
    return near or f"{year}{due.month}月{due.day}日周{WEEKDAYS[due.weekday()]}"


def step(value: NextStep, today: date) -> str:
    """11月25日周三 寄样品; 客户 明天 付定金; 出方案（没说哪天）."""
    who = "客户" if value.owner is Owner.CUSTOMER else ""
    if value.due is None:
        return " ".join(part for part in (who, f"{value.action}（没说哪天）") if part)
    return " ".join(part for part in (who, day(value.due, today), value.action) if part)


def worries(facts: MemoFacts) -> str:
    """压价、交期、急着要: what is in the way, or presses; what was met or approved stands with its own row."""
    signals = [said.value for said in facts.signals if said.value in _PRESSING]
    if facts.has(Signal.COMPETITOR_INVOLVED) and not facts.competitors:
        signals.append(Signal.COMPETITOR_INVOLVED)
    return _worded([said.value for said in facts.concerns], signals)


def decision_maker(facts: MemoFacts) -> str:
    """李总（见到了）."""
    name = facts.decision_maker.value if facts.decision_maker else ""
    met = "见到了" if facts.has(Signal.DECISION_MAKER_MET) else ""
    return f"{name}（{met}）" if name and met else name or met or NOT_SAID


def budget_row(facts: MemoFacts) -> str:
    """50万（已批）."""
    amount = budget(facts.budget.value) if facts.budget else ""
    approved = "已批" if facts.has(Signal.BUDGET_CONFIRMED) else ""
    return f"{amount}（{approved}）" if amount and approved else amount or approved or NOT_SAID


_PRESSING = (Signal.PRICE_SENSITIVE, Signal.URGENT, Signal.STALLED)


def _worded(concerns: Sequence[Concern], signals: Sequence[Signal]) -> str:
    """压价 says all that 价格 does."""
    shown = [one for one in concerns if not (one is Concern.PRICE and Signal.PRICE_SENSITIVE in signals)]
    return "、".join((*(SIGNALS[signal] for signal in signals), *(CONCERNS[concern] for concern in shown)))


def tags(profile: Profile) -> str:
    """What worries the customer, for the brief."""
    return _worded(profile.concerns, [signal for signal in _PRESSING if signal in profile.signals])


def level(card: ScoreCard) -> str:
    """中：预算清楚、约了下一步."""
    reasons = [MET[point] for point in card.met]
    return f"{LEVELS[card.level]}：{'、'.join(reasons[:3])}" if reasons else LEVELS[card.level]


def in_short(facts: MemoFacts, today: date) -> str:
    """One line for those who only need to know: 拍板人李总，预算50万，下一步：明天 寄样品."""
    parts = []
    if facts.decision_maker:
        parts.append(f"拍板人{facts.decision_maker.value}")
    if facts.budget:
        parts.append(f"预算{budget(facts.budget.value)}")
    if facts.next_steps:
        parts.append(f"下一步：{shortened(step(facts.next_steps[0].value, today), 30)}")
    return "，".join(parts)


def field_value(field: str, facts: MemoFacts, today: date) -> str:
    """How one field stands, for the answer to a correction."""
    match field:
        case "customer":
            shown = facts.customer.value if facts.customer else ""
        case "decision_maker":
            shown = facts.decision_maker.value if facts.decision_maker else ""
        case "budget":
            shown = budget(facts.budget.value) if facts.budget else ""
        case "next_steps":
            shown = "；".join(step(said.value, today) for said in facts.next_steps)
        case "competitors":
            shown = "、".join(said.value for said in facts.competitors)
        case "concerns":
            shown = "、".join(CONCERNS[said.value] for said in facts.concerns)
        case _:
            shown = "、".join(SIGNALS[said.value] for said in facts.signals)
    return shown or "无"


def logged(field: str, value: str, today: date) -> str | None:
    """A value of the audit log as people read it; None where the log has it in plain words already."""
    match field:
        case "level":
            return LEVELS[Level(value)]
        case "concerns" if not value.startswith("["):
            return "、".join(CONCERNS[Concern(one)] for one in value.split(","))
        case "decision_maker":
            return str(json.loads(value))
        case "budget":
            bounds = json.loads(value)
            return budget(BudgetRange(bounds["min_fen"], bounds["max_fen"]))
        case "next_steps":
            return "；".join(step(_step(one), today) for one in json.loads(value))
        case "competitors":
            return "、".join(json.loads(value))
        case "concerns":
            return "、".join(CONCERNS[Concern(one)] for one in json.loads(value))
        case "signals":
            return "、".join(SIGNALS[Signal(one)] for one in json.loads(value))
    return None


def _step(stored: dict[str, str | None]) -> NextStep:
    due = date.fromisoformat(stored["due"]) if stored["due"] else None
    return NextStep(stored["action"] or "", due, Owner(stored["owner"] or ""))
