"""Plain sentences that put a memo right (N3): 预算是50万, 拍板的是李总, 下周五前寄样, 不用报价了, 没有竞品.

Understood in the context of what stands there: a step is known again by its words, and a name that is denied (不是王总,
是李总) says which field is meant. Several things may be put right in one sentence. Empty = not a correction.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from domain.facts import Concern, MemoFacts, NextStep, Owner, Said, Signal, Words
from nlp.dates import days
from nlp.extract import extract
from nlp.numbers import whole
from nlp.persons import persons
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
_LABEL = re.compile(
    "^(?:(?P<customer>客户|公司)|(?P<decision_maker>拍板的?人?|决策人|做主的|负责人|老板)|(?P<competitors>竞争?对手|对手|竞品)|预算)"
    "(?=是?不是|(?:应该)?是.+不是)"
)
_NOT_BUT = re.compile(rf"^(?:是)?不是(?P<old>{_NAME}?)[,，]?(?:而)?是(?P<new>{_NAME}?){_TAIL}")
_BUT_NOT = re.compile(rf"^(?:应该)?是(?P<new>{_NAME}?)[,，]?不是(?P<old>{_NAME}?){_TAIL}")
_IS = "(?:应该|其实|就)?(?:是|叫|为|改成|改为|换成|[:：])"
_CUSTOMER = re.compile(rf"(?:客户|公司)(?:名|名字|名称)?{_IS}(?P<name>{_NAME}?){_TAIL}")
_DECIDES = "(?:拍板|做主|说了算|拿主意|决策|做决定|定事)"
_DECIDER = re.compile(rf"{_DECIDES}的?(?:(?:人|领导)?{_IS}|人)(?P<name>{_NAME}?){_TAIL}")
_DECIDES_ALONE = re.compile(rf"^(?:是|由)?(?P<name>{_NAME}?){_DECIDES}(?:的|了)*$")
_IN_CHARGE = re.compile(
    rf"^(?:(?:他们|对方|那边)?的?(?:负责人|老板|一把手|关键人){_IS}|(?:应该|其实)?是)(?P<name>{_NAME}?){_TAIL}"
)
"""On a card that shows who decides; only where a person follows."""
_NOT_DECIDING = re.compile(
    rf"^(?:{_DECIDES}的?人?)?不是(?P<one>{_NAME}?){_DECIDES}?{_TAIL}|^(?P<two>{_NAME}?)(?:不|不能|没法|并不){_DECIDES}|^(?P<three>{_NAME}?)说了不算"
)
_OF_THEIRS = re.compile("^(?:他们|对方|那边)的?")
_UNKNOWN = "(?:没说|没提|没讲|不知道|不清楚|没定|还没|未知|没有|删掉|去掉|不要)"
_NO_DECIDER = re.compile(rf"{_DECIDES}的?人?{_UNKNOWN}|{_UNKNOWN}.{{0,4}}{_DECIDES}|谁{_DECIDES}{_UNKNOWN}")
_NOT_THE_BUDGET = re.compile(f"预算(?:肯定|根本|也)?不是(?P<amount>[^是]+?){_TAIL}")
_NO_BUDGET = re.compile(f"预算.{{0,3}}{_UNKNOWN}|{_UNKNOWN}(?:说|提|讲)?预算")
_AMOUNT_ALONE = re.compile(
    "^(?:应该|其实)?(?:是|改成|改为)?(?P<amount>[^\u4e00-\u9fff]*[0-9一二三四五六七八九十百千万亿两半几多来到至~～.-]+(?:块|元|左右|以内|以上|上下|封顶|起)*)(?:才对|吧|的)*$"
)
_RIVALS_ARE = re.compile(
    rf"(?P<ahead>再?加上?|添|还有|另有|多了?)?(?:一?[个家])?(?:竞品|对手|竞争对手|竞争的)"
    rf"(?P<more>还有|也有|再?加上?|添上?|多了?|有)?(?:一?[个家])?{_IS}?(?P<names>{_NAME}(?:[、和跟]{_NAME})*){_TAIL}"
)
_NOT_A_RIVAL = re.compile("不是|没有?|删掉?|去掉|不算|划掉")
_NO_RIVALS = re.compile("(?:没有?|无)(?:其他|别的|什么)?(?:竞品|对手|竞争|同行)|(?:竞品|对手)(?:没有|删掉|去掉)")
_CALLED_OFF = re.compile(
    "(?:不用|不需要|不必|别|不要|不)(?:再)?(?P<one>.{1,14}?)了$|^(?P<two>.{1,14}?)(?:不用|不需要|不要|不必).{0,2}?了?$"
    "|^(?:取消|去掉|删掉|划掉)(?P<three>.{1,14}?)(?:了|吧)*$|^(?P<four>.{1,14}?)(?:取消|去掉|删掉|作废)(?:了|吧)*$|^先(?:不|别)(?P<five>.{1,14}?)(?:了|吧)*$"
)
_NO_STEPS = re.compile("(?:没有?|无|不用)(?:什么)?(?:下一步|待办|后续)")
_MOVE = "(?:改|换|挪|推迟?|延期?|提前)(?:到|成|为|至|在)?"
_MOVED = re.compile(f"(?:的?(?:日期|时间|期限))?(?:{_MOVE}|应该是|是|要在|得在)$")
_ONLY_MOVED = re.compile(f"(?:的?(?:日期|时间|期限))?(?:{_MOVE}|(?:应该)?是|不是[,，]?(?:而?是)?)?{_TAIL}")
"""What is left of a clause without its days, where it says nothing new to do."""
_NUMBERED = re.compile(
    "(?:下一步)?的?第([一二三四五六1-6])[条步项件个][:：]?|下一步([1-6])(?![0-9月号个天])|^([1-6])(?=改|删|不要|是[^0-9])"
    "|(?<=删掉)([1-6])$|(?<=去掉)([1-6])$"
)
_DROPPED = re.compile("删|去掉|不要|不用|不做|取消|划掉|作废|不对")
_INSTEAD = re.compile("^(?:应该|其实|就)?(?:改成|改为|换成|是)(?:(?P<us>我们|我|咱们?)|(?P<customer>客户|他们|对方))?")
_LATER = re.compile(
    "(?:往后)?(?P<way>推迟|推后|延后|延期|延|推|晚|提前|早)(?P<number>[0-9一二两三四五六七八九十半]+)个?(?P<unit>天|周|星期|礼拜)$"
)
_ADDED = re.compile("^(?:再?加上?一?[条个][:：,，]?|下一步(?:就?是|要|[:：]))(?P<action>[^0-9]{2,14}?)(?:了|吧)*$")
_ASKS = re.compile("[?？吗呢]$|几点|什么|怎么|哪|谁")
_BY_CUSTOMER = re.compile("(?:是|由|归|让)?(?:客户|他们|对方|人家)(?:来|那边|自己)?(?P<verb>做|办|弄|负责|的事|来)?$")
_BY_US = re.compile("(?:是|由|归)?(?:我们|我|咱们|咱)(?:来|这边)?(?P<verb>做|办|弄|负责|的事|来)?$")
_OWNERS = ((_BY_CUSTOMER, Owner.CUSTOMER), (_BY_US, Owner.US))
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
    """不是王总,是李总 is one, and so is 拍板人不是王总,是李总."""
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
            self._denied, self._customer, self._numbered, self._decider, self._rivals, self._signals_gone, self._budget,
            self._steps, self._signals,
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
        label = _LABEL.match(clause)
        said = clause[label.end() :] if label is not None else clause
        found = _NOT_BUT.search(said) or _BUT_NOT.search(said)
        if found is None or not found["new"]:
            return False
        old, new = found["old"], found["new"]
        match label.lastgroup if label is not None and label.lastgroup else self._field_with(old):
            case "decision_maker":
                return self._decides(new)
            case "customer":
                return self._set("customer", self._said(new, new))
            case "competitors":
                kept = [one for one in self.facts.competitors if old not in one.value]
                return self._are_rivals((*kept, self._said(new, new)), clause)
        return self._amount(new)

    def _field_with(self, old: str) -> str:
        for field in ("decision_maker", "customer"):
            value = getattr(self.facts, field)
            if value is not None and (old in value.value or value.value in old):
                return field
        return "competitors" if any(old in rival.value for rival in self.facts.competitors) else ""

    def _customer(self, clause: str) -> bool:
        found = _CUSTOMER.search(clause)
        return found is not None and self._set("customer", self._said(found["name"], found["name"]))

    def _decider(self, clause: str) -> bool:
        if _NO_DECIDER.search(clause):
            return self._set("decision_maker", None)
        denied = _NOT_DECIDING.search(clause)
        if denied is not None:
            name = next(filter(None, denied.groups()), "")
            maker = self.facts.decision_maker
            is_meant = maker is not None and bool(name) and (name in maker.value or maker.value in name)
            return is_meant and self._set("decision_maker", None)
        found = _DECIDER.search(clause) or _DECIDES_ALONE.search(clause)
        name = found["name"] if found is not None else ""
        if not name and (found := _IN_CHARGE.search(clause)) is not None and persons(found["name"]):
            name = found["name"]
        if not name:
            understood = extract(clause, self._at).decision_maker
            name = understood.value if understood is not None else ""
        return bool(name) and self._decides(name)

    def _decides(self, name: str) -> bool:
        name = _OF_THEIRS.sub("", name)
        return self._set("decision_maker", self._said(name, name))

    def _rivals(self, clause: str) -> bool:
        named = [one for one in self.facts.competitors if one.value in clause]
        if named and _NOT_A_RIVAL.search(clause):
            return self._are_rivals([one for one in self.facts.competitors if one not in named], clause)
        if _NO_RIVALS.search(clause):
            return self._are_rivals((), clause)
        found = _RIVALS_ARE.search(clause)
        if found is None:
            return False
        before = self.facts.competitors if found["ahead"] or found["more"] else ()
        known = {one.value for one in before}
        names = (self._said(name, name) for name in re.split("[、和跟]", found["names"]) if name not in known)
        return self._are_rivals((*before, *names), clause)

    def _are_rivals(self, rivals: Sequence[Said[str]], clause: str) -> bool:
        """A rival more or less is a signal more or less."""
        if not rivals:
            self._without("signals", Signal.COMPETITOR_INVOLVED)
        elif not self.facts.has(Signal.COMPETITOR_INVOLVED):
            self._set("signals", (*self.facts.signals, self._said(Signal.COMPETITOR_INVOLVED, clause)))
        return self._set("competitors", tuple(rivals))

    def _budget(self, clause: str) -> bool:
        if _NO_BUDGET.search(clause):
            return self._set("budget", None)
        if (denied := _NOT_THE_BUDGET.fullmatch(clause)) is not None:
            meant = extract(f"预算是{denied['amount']}", self._at).budget
            is_so = meant is not None and self.facts.budget is not None and meant.value == self.facts.budget.value
            return is_so and self._set("budget", None)
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

    def _numbered(self, clause: str) -> bool:
        """删掉第二条, 第二条改到周四, 第二条是客户做: the rows have these numbers on the card."""
        found = _NUMBERED.search(clause)
        if found is None:
            return False
        number = whole(next(filter(None, found.groups()))) or 0
        if not 0 < number <= len(self.facts.next_steps):
            return False
        step = self.facts.next_steps[number - 1]
        rest = (clause[: found.start()] + clause[found.end() :]).strip()
        day = next((day for day in days(rest, self._at.date(), self._at.time()) if day.due is not None), None)
        for pattern, owner in _OWNERS:
            if pattern.fullmatch(rest):
                return self._change(step, replace(step.value, owner=owner))
        if day is not None and self._says_only_a_day(rest):
            return self._change(step, replace(step.value, due=day.due))
        instead = _INSTEAD.match(rest)
        if instead is None:
            return _DROPPED.search(rest) is not None and self._drop(step)
        words = rest[instead.end() :]
        understood = next((one.value for one in extract(words, self._at).next_steps), None)
        action = understood.action if understood is not None else words
        owner = Owner.US if instead["us"] else Owner.CUSTOMER if instead["customer"] else step.value.owner
        value = NextStep(action if len(action) > 1 else step.value.action, (day and day.due) or step.value.due, owner)
        return value != step.value and self._change(step, value)

    def _drop(self, step: Said[NextStep]) -> bool:
        return self._set("next_steps", tuple(one for one in self.facts.next_steps if one is not step))

    def _called_off(self, clause: str) -> bool:
        found = _CALLED_OFF.search(clause)
        words = next((part for part in found.groups() if part), "") if found is not None else ""
        step = self._step_like(words)
        return step is not None and self._drop(step)

    def _moved(self, clause: str) -> bool:
        """寄样改到下周五: a day behind a step that is known. 下周三改下周四: the step of that day."""
        if (later := _LATER.search(clause)) is not None:
            return self._put_off(clause[: later.start()], later)
        found = days(clause, self._at.date(), self._at.time())
        if not found or found[0].due is None:
            return False
        named, *others = found
        if others and others[0].due is not None and self._says_only_a_day(clause):
            of_day = [one for one in self.facts.next_steps if one.value.due == named.due]
            meant = of_day if len(self.facts.next_steps) > 1 else self.facts.next_steps
            return len(meant) == 1 and self._change(meant[0], replace(meant[0].value, due=others[0].due))
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

    def _put_off(self, ahead: str, later: re.Match[str]) -> bool:
        """方案推迟一周: counted from the day that it had."""
        only = self.facts.next_steps[0] if len(self.facts.next_steps) == 1 else None
        step = self._step_like(ahead) or (only if not ahead else None)
        number = whole(later["number"])
        if step is None or step.value.due is None or number is None:
            return False
        by = timedelta(days=number * (1 if later["unit"] == "天" else 7))
        return self._change(
            step, replace(step.value, due=step.value.due + (-by if later["way"] in ("提前", "早") else by))
        )

    def _owned(self, clause: str) -> bool:
        """寄样是客户的事."""
        for pattern, owner in _OWNERS:
            found = pattern.search(clause)
            step = self._step_like(clause[: found.start()]) if found is not None else None
            if step is not None:
                return self._change(step, replace(step.value, owner=owner))
        return False

    def _promised(self, clause: str) -> bool:
        """下周五前寄样: a step that is known gets its day, another one is added."""
        if self._says_only_a_day(clause) or _ASKS.search(clause):
            return False
        promised = extract(clause, self._at).next_steps
        if not promised and (added := _ADDED.match(clause)) is not None:
            undated = self._said(NextStep(added["action"], None, Owner.US), added["action"])
            return self._set("next_steps", (*self.facts.next_steps, undated))
        for one in promised:
            step = self._step_like(one.value.action)
            said = self._said(one.value, one.words.text)
            if step is None:
                self._set("next_steps", (*self.facts.next_steps, said))
            else:
                self._change(step, replace(step.value, due=one.value.due or step.value.due))
        return bool(promised)

    def _says_only_a_day(self, clause: str) -> bool:
        """改到下周五, 不是明天,是后天: nothing new to do is in it."""
        rest = clause
        for day in reversed(days(clause, self._at.date(), self._at.time())):
            rest = rest[: day.span.start] + rest[day.span.end :]
        return len(rest) < len(clause) and _ONLY_MOVED.fullmatch(rest) is not None

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
