"""Plain sentences that put a memo right (N3): 预算是50万, 拍板的是李总, 下周五前寄样, 不用报价了, 没有竞品.

Understood in the context of what stands there: a step is known again by its words, and a name that is denied (不是王总,
是李总) says which field is meant. Several things may be put right in one sentence. Empty = not a correction.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.facts import Concern, MemoFacts, NextStep, Owner, Said, Signal, Words
from nlp.dates import days
from nlp.extract import extract
from nlp.transcript import even


@dataclass(frozen=True, slots=True)
class Correction:
    field: str
    """Of MemoFacts."""
    value: Any
    """What stands in that field from now on, as a whole; None or an empty tuple where it was taken away."""


_CLAUSE = re.compile(r"[，,。；;！!\n]+")
_NAME = r"[\u4e00-\u9fffA-Za-z0-9()（）·]{2,30}"
_TAIL = "(?:了|的|吧|啊|呢|才对|哦|嘛|家)*$"
_NOT_BUT = re.compile(rf"^(?:是)?不是(?P<old>{_NAME}?)[,，]?(?:而)?是(?P<new>{_NAME}?){_TAIL}")
_BUT_NOT = re.compile(rf"^(?:应该)?是(?P<new>{_NAME}?)[,，]?不是(?P<old>{_NAME}?){_TAIL}")
_IS = "(?:应该|其实|就)?(?:是|叫|为|改成|改为|换成|[:：])"
_CUSTOMER = re.compile(rf"(?:客户|公司)(?:名|名字|名称)?{_IS}(?P<name>{_NAME}?){_TAIL}")
_DECIDES = "(?:拍板|做主|说了算|拿主意|决策|做决定|定事)"
_DECIDER = re.compile(rf"{_DECIDES}的?(?:人|领导)?{_IS}(?P<name>{_NAME}?){_TAIL}")
_DECIDES_ALONE = re.compile(rf"^(?:是|由)?(?P<name>{_NAME}?){_DECIDES}(?:的|了)*$")
_UNKNOWN = "(?:没说|没提|没讲|不知道|不清楚|没定|还没|未知|没有|删掉|去掉|不要)"
_NO_DECIDER = re.compile(rf"{_DECIDES}的?人?{_UNKNOWN}|{_UNKNOWN}.{{0,4}}{_DECIDES}|谁{_DECIDES}{_UNKNOWN}")
_NO_BUDGET = re.compile(f"预算.{{0,3}}{_UNKNOWN}|{_UNKNOWN}(?:说|提|讲)?预算")
_AMOUNT_ALONE = re.compile(
    "^(?:应该|其实)?(?:是|改成|改为)?(?P<amount>[^\u4e00-\u9fff]*[0-9一二三四五六七八九十百千万亿两半几多来到至~～.-]+(?:块|元|左右|以内|以上|上下|封顶|起)*)(?:才对|吧|的)*$"
)
_RIVALS_ARE = re.compile(
    rf"(?:竞品|对手|竞争对手|竞争的)(?P<more>还有|也有|加上)?(?:{_IS}|有)?(?P<names>{_NAME}(?:[、和跟]{_NAME})*){_TAIL}"
)
_NO_RIVALS = re.compile("(?:没有?|无)(?:其他|别的|什么)?(?:竞品|对手|竞争|同行)|(?:竞品|对手)(?:没有|删掉|去掉)")
_CALLED_OFF = re.compile(
    "(?:不用|不需要|不必|别|不要|不)(?:再)?(?P<one>.{1,14}?)了$|^(?P<two>.{1,14}?)(?:不用|不需要|不要|不必)(?:做|再做|弄)?了?$"
    "|^(?:取消|去掉|删掉|划掉)(?P<three>.{1,14}?)(?:了|吧)*$|^(?P<four>.{1,14}?)(?:取消|去掉|删掉|作废)(?:了|吧)*$"
)
_NO_STEPS = re.compile("(?:没有?|无|不用)(?:什么)?(?:下一步|待办|后续)")
_MOVED = re.compile("(?:改到|改成|推到|推迟到|延到|提前到|挪到|是|要在|得在)$")
_BY_CUSTOMER = re.compile("(?:是|由|归|让)?(?:客户|他们|对方|人家)(?:来|那边|自己)?(?P<verb>做|办|弄|负责|的事|来)?$")
_BY_US = re.compile("(?:是|由|归)?(?:我们|我|咱们|咱)(?:来|这边)?(?P<verb>做|办|弄|负责|的事|来)?$")
_GONE: tuple[tuple[re.Pattern[str], str, Signal | Concern], ...] = (
    (re.compile("(?:没|不|没有|没在)(?:嫌贵|压价|还价|砍价|讲价)|价格没(?:问题|说)"), "signals", Signal.PRICE_SENSITIVE),
    (re.compile("(?:没|不|没有)嫌贵|价格没(?:问题|说)"), "concerns", Concern.PRICE),
    (re.compile("(?:不|没那么|不那么)(?:着?急|赶)"), "signals", Signal.URGENT),
    (re.compile("(?:没|没有)(?:见到|见着|碰到|见)"), "signals", Signal.DECISION_MAKER_MET),
    (re.compile("预算.{0,2}(?:没|还没|没有)(?:批|定|下来|过)"), "signals", Signal.BUDGET_CONFIRMED),
    (re.compile("(?:没有?|不是?)(?:搁置|暂停|停|放一放|推迟|黄)"), "signals", Signal.STALLED),
)  # fmt: skip


def correction(text: str, recorded_at: datetime, facts_so_far: MemoFacts) -> tuple[Correction, ...]:
    """`recorded_at`: when the correction was said; relative days count from there."""
    read = _Reading(text, recorded_at, facts_so_far)
    for clause in _clauses(text):
        read.clause(clause)
    return tuple(Correction(field, getattr(read.facts, field)) for field in read.fields)


def _clauses(text: str) -> list[str]:
    """不是王总,是李总 is one."""
    clauses: list[str] = []
    for part in filter(None, (clause.strip() for clause in _CLAUSE.split(text))):
        if clauses and part.startswith(("是", "而是")) and "不是" in clauses[-1]:
            clauses[-1] = f"{clauses[-1]},{part}"
        else:
            clauses.append(part)
    return clauses


class _Reading:
    def __init__(self, text: str, recorded_at: datetime, facts: MemoFacts) -> None:
        self.facts = facts
        self.fields: dict[str, None] = {}
        """Those that were spoken of, in order."""
        self._text = text
        self._at = recorded_at

    def clause(self, clause: str) -> None:
        clause = even(clause).text.strip()
        tries: tuple[Callable[[str], bool], ...] = (
            self._denied, self._customer, self._decider, self._rivals, self._signals_gone, self._budget, self._steps,
            self._signals,
        )  # fmt: skip
        for attempt in tries:
            if attempt(clause):
                return

    def _set(self, field: str, value: Any) -> bool:
        self.facts = replace(self.facts, **{field: value})
        self.fields[field] = None
        return True

    def _said(self, value: Any, words: str) -> Said[Any]:
        start = max(self._text.find(words), 0)
        return Said(value, Words(start, start + len(words), words))

    # one field after the other; each says whether the clause was about it

    def _denied(self, clause: str) -> bool:
        """不是王总是李总: what is denied says which field is meant; a company's name is the customer's."""
        found = _NOT_BUT.search(clause) or _BUT_NOT.search(clause)
        if found is None or not found["new"]:
            return False
        old, new = found["old"], found["new"]
        maker, customer = self.facts.decision_maker, self.facts.customer
        if maker is not None and (old in maker.value or maker.value in old):
            return self._set("decision_maker", self._said(new, new))
        if customer is not None and (old in customer.value or customer.value in old):
            return self._set("customer", self._said(new, new))
        if any(old in rival.value for rival in self.facts.competitors):
            rivals = [self._said(new, new) if old in one.value else one for one in self.facts.competitors]
            return self._set("competitors", tuple(rivals))
        return self._amount(new)

    def _customer(self, clause: str) -> bool:
        found = _CUSTOMER.search(clause)
        return found is not None and self._set("customer", self._said(found["name"], found["name"]))

    def _decider(self, clause: str) -> bool:
        if _NO_DECIDER.search(clause):
            return self._set("decision_maker", None)
        found = _DECIDER.search(clause) or _DECIDES_ALONE.search(clause)
        name = found["name"] if found is not None else ""
        if not name:
            understood = extract(clause, self._at).decision_maker
            name = understood.value if understood is not None else ""
        return bool(name) and self._set("decision_maker", self._said(name, name))

    def _rivals(self, clause: str) -> bool:
        if _NO_RIVALS.search(clause):
            self._without("signals", Signal.COMPETITOR_INVOLVED)
            return self._set("competitors", ())
        found = _RIVALS_ARE.search(clause)
        if found is None:
            return False
        names = tuple(self._said(name, name) for name in re.split("[、和跟]", found["names"]))
        before = self.facts.competitors if found["more"] else ()
        if not self.facts.has(Signal.COMPETITOR_INVOLVED):
            self._set("signals", (*self.facts.signals, self._said(Signal.COMPETITOR_INVOLVED, clause)))
        return self._set("competitors", (*before, *names))

    def _budget(self, clause: str) -> bool:
        if _NO_BUDGET.search(clause):
            return self._set("budget", None)
        understood = extract(clause, self._at)
        if "预算" in clause and understood.budget is not None:
            self._signals(clause)
            return self._set("budget", self._said(understood.budget.value, understood.budget.words.text))
        alone = _AMOUNT_ALONE.search(clause)
        return alone is not None and self._amount(alone["amount"])

    def _amount(self, words: str) -> bool:
        understood = extract(f"预算是{words}", self._at).budget
        return understood is not None and self._set("budget", self._said(understood.value, words))

    def _steps(self, clause: str) -> bool:
        if _NO_STEPS.search(clause):
            return self._set("next_steps", ())
        return self._called_off(clause) or self._moved(clause) or self._owned(clause) or self._promised(clause)

    def _called_off(self, clause: str) -> bool:
        found = _CALLED_OFF.search(clause)
        words = next((part for part in found.groups() if part), "") if found is not None else ""
        step = self._step_like(words)
        if step is None:
            return False
        return self._set("next_steps", tuple(one for one in self.facts.next_steps if one is not step))

    def _moved(self, clause: str) -> bool:
        """寄样改到下周五: a day behind a step that is known."""
        named = next((day for day in days(clause, self._at.date(), self._at.time())), None)
        if named is None or named.due is None:
            return False
        ahead = clause[: named.span.start]
        step = self._step_like(_MOVED.sub("", ahead)) if ahead else None
        only = self.facts.next_steps[0] if len(self.facts.next_steps) == 1 else None
        if (
            step is None
            and only is not None
            and (not ahead or _MOVED.fullmatch(ahead))
            and named.span.end >= len(clause) - 1
        ):
            step = only
        if step is None:
            return False
        return self._change(step, replace(step.value, due=named.due))

    def _owned(self, clause: str) -> bool:
        """寄样是客户的事."""
        for pattern, owner in ((_BY_CUSTOMER, Owner.CUSTOMER), (_BY_US, Owner.US)):
            found = pattern.search(clause)
            step = self._step_like(clause[: found.start()]) if found is not None else None
            if step is not None:
                return self._change(step, replace(step.value, owner=owner))
        return False

    def _promised(self, clause: str) -> bool:
        """下周五前寄样: a step that is known gets its day, another one is added."""
        promised = extract(clause, self._at).next_steps
        for one in promised:
            step = self._step_like(one.value.action)
            said = self._said(one.value, one.words.text)
            if step is None:
                self._set("next_steps", (*self.facts.next_steps, said))
            else:
                self._change(step, replace(step.value, due=one.value.due or step.value.due))
        return bool(promised)

    def _change(self, step: Said[NextStep], value: NextStep) -> bool:
        steps = (Said(value, step.words) if one is step else one for one in self.facts.next_steps)
        return self._set("next_steps", tuple(steps))

    def _step_like(self, words: str) -> Said[NextStep] | None:
        """The step that these words mean: more than half of the shorter of the two, and at least two characters."""
        best = max(self.facts.next_steps, key=lambda step: _shared(step.value.action, words), default=None)
        if best is None:
            return None
        shared = _shared(best.value.action, words)
        return best if shared >= 2 and 2 * shared > min(len(best.value.action), len(words)) else None

    def _signals_gone(self, clause: str) -> bool:
        gone = [(field, value) for pattern, field, value in _GONE if pattern.search(clause)]
        for field, value in gone:
            self._without(field, value)
        return bool(gone)

    def _without(self, field: str, value: object) -> None:
        left = tuple(said for said in getattr(self.facts, field) if said.value != value)
        if left != getattr(self.facts, field):
            self._set(field, left)

    def _signals(self, clause: str) -> bool:
        """预算已经批了, 他们嫌贵: what the clause shows is added."""
        understood = extract(clause, self._at)
        added = False
        for field in ("signals", "concerns"):
            known = {said.value for said in getattr(self.facts, field)}
            new = tuple(
                self._said(said.value, said.words.text)
                for said in getattr(understood, field)
                if said.value not in known
            )
            if new:
                added = self._set(field, (*getattr(self.facts, field), *new))
        return added


def _shared(action: str, words: str) -> int:
    """Length of the longest run of characters that both have; 报价 is all in 重新报一版价, though not in a row."""
    rest = iter(action)
    if words and all(sign in rest for sign in words):
        return len(words)
    best = 0
    for start in range(len(words)):
        while start + best < len(words) and words[start : start + best + 1] in action:
            best += 1
    return best
