"""查 恒达: one screen of what somebody has to know before they call or go there (B1)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from chat.texts import facts as texts
from chat.texts.format import clock, masked, phone, shortened
from chat.texts.labels import LEAD_STATES
from chat.texts.todos import todo_words
from domain.access import sees_everything
from domain.ids import VisitId, lead_name, memo_name, visit_name
from domain.memos import Memo, MemoKind
from domain.people import Member
from domain.refusal import Refusal
from notify.payment_history import payment_lines
from settings.house import HouseRules
from storage.customers import Customer
from storage.unit_of_work import Work

LAST_CONTACTS = 3
OPEN_TO_DO = 4
LAST_PAYMENTS = 1
OPEN_LEADS = 3
_KINDS = {
    "call": "电话", "visit": "上门", "message": "消息", "response": "跟进", "not_reached": "没打通",
    "asked_again": "又来问",
    MemoKind.VOICE: "语音", MemoKind.TEXT: "备忘", MemoKind.FORWARDED: "客户说", MemoKind.CALL: "通话录音",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Asked:
    work: Work
    rules: HouseRules
    customer: Customer
    seen_by: Member
    names: dict[str, str]
    """userid → name"""

    def when(self, moment: datetime) -> str:
        return clock(self.rules.local(moment), self.rules.local(self.work.now))

    def who(self, userid: str | None) -> str:
        return self.names.get(userid or "", "")


async def brief_of(work: Work, rules: HouseRules, customer_id: int, *, seen_by: Member) -> str:
    """Refusal customer_not_yours for whoever may not see the customer (A1)."""
    customer = await work.customers.get(customer_id)
    if not await work.customers.is_seen_by(customer, seen_by):
        owner = await work.members.get(customer.owner)
        raise Refusal("customer_not_yours", customer=customer.name, owner=owner.name if owner else "管理员")
    names = {str(member.userid): member.name for member in await work.members.everybody()}
    asked = _Asked(work, rules, customer, seen_by, names)
    return "\n".join([line for part in _PARTS for line in await part(asked)])


async def known_of(work: Work, customer_id: int) -> list[str]:
    """V1: what one has to know while walking in; nothing where no memo has been made."""
    found = await work.profiles.of(customer_id)
    if found is None:
        return []
    profile, card = found
    lines = [f"意向{texts.level(card)}"]
    lacking = [texts.MISSING[point] for point in card.missing if point in texts.WORTH_ASKING]
    if lacking:
        lines.append(f"还缺：{'、'.join(lacking)}")
    lines.append(
        f"拍板人：{profile.decision_maker or texts.NOT_SAID}"
        f"｜预算：{texts.budget(profile.budget) if profile.budget else texts.NOT_SAID}"
    )
    tags = texts.tags(profile)
    if tags:
        lines.append(f"顾虑：{tags}")
    if profile.competitors:
        lines.append(f"竞品：{shortened('、'.join(profile.competitors), 40)}")
    return lines


async def _head(asked: _Asked) -> list[str]:
    owner = asked.who(asked.customer.owner)
    known = await known_of(asked.work, asked.customer.customer_id)
    first = f"{asked.customer.name}{f'（{owner}）' if owner else ''}"
    return [first, *(known or ["还没有备忘。发语音或打字说说情况，我来整理。"])]


async def _phones(asked: _Asked) -> list[str]:
    """In full for those who call; the others need not (A1)."""
    numbers = await asked.work.customers.phones(asked.customer.customer_id)
    may_call = asked.customer.owner == asked.seen_by.userid or not sees_everything(asked.seen_by)
    shown = [phone(number) if may_call else masked(number) for number in numbers[:2]]
    return [f"电话：{'、'.join(shown)}"] if shown else []


async def _owed(asked: _Asked) -> list[str]:
    todos = await asked.work.todos.open_of_customer(asked.customer.customer_id)
    known = [todo for todo in todos if todo.title or todo.kind == "visit"]
    lines = [
        f"· {shortened(todo_words(todo.kind, todo.title, ''), 24)}，{asked.when(todo.due_at)}"
        f"{'，已超时' if todo.due_at < asked.work.now else ''}"
        f"{'' if todo.owner == asked.seen_by.userid else f'（{asked.who(todo.owner)}）'}"
        for todo in known[:OPEN_TO_DO]
    ]
    if len(known) > OPEN_TO_DO:
        lines.append(f"· 还有 {len(known) - OPEN_TO_DO} 件")
    return ["答应的事：", *lines] if lines else ["答应的事：没有，约个下一步"]


async def _leads(asked: _Asked) -> list[str]:
    leads = await asked.work.leads.open_of_customer(asked.customer.customer_id)
    shown = [f"{lead_name(one.lead_id)} {one.model} {LEAD_STATES[one.state]}" for one in leads[-OPEN_LEADS:]]
    return [f"线索：{'；'.join(shown)}"] if shown else []


async def _money(asked: _Asked) -> list[str]:
    owed = await asked.work.receivables.owed_by(asked.customer.customer_id, seen_by=asked.seen_by)
    if not owed:
        return []
    lines = await payment_lines(asked.work, asked.rules, owed[0].customer, owed, shown=LAST_PAYMENTS)
    return [f"回款：{'；'.join(lines)}"]


async def _contacts(asked: _Asked) -> list[str]:
    """Memos, visits and what was logged about leads, the newest first; what was a first contact is told once."""
    memos = await asked.work.memos.of_customer(asked.customer.customer_id, LAST_CONTACTS)
    said = [
        (memo.recorded_at, memo.sender, _KINDS[memo.kind], f"{_source(memo)} {memo.text}")
        for memo in memos
        if memo.text
    ]
    visits = await asked.work.visits.of_customer(asked.customer.customer_id, LAST_CONTACTS)
    told = {memo.visit_id for memo in memos if memo.text}
    said += [
        (visit.started_at, visit.owner, _KINDS["visit"], visit_name(visit.visit_id))
        for visit in visits
        if visit.visit_id not in told
    ]
    keys = [memo.message_key for memo in memos]
    acts = await asked.work.leads.activities_of_customer(asked.customer.customer_id, LAST_CONTACTS, but_not=keys)
    names = {visit_name(visit.visit_id) for visit in visits}
    done = [(act.at, act.by, _KINDS[act.kind], act.text) for act in acts if act.text not in names]
    newest = sorted((*said, *done), key=lambda one: one[0], reverse=True)[:LAST_CONTACTS]
    lines = [f"· {asked.when(at)} {asked.who(by)} {kind}：{shortened(text, 36)}" for at, by, kind, text in newest]
    return ["最近：", *lines] if lines else []


def _source(memo: Memo) -> str:
    """V88 M12: 看 V88 shows what is behind it."""
    visit = f"{visit_name(VisitId(memo.visit_id))} " if memo.visit_id is not None else ""
    return f"{visit}{memo_name(memo.memo_id)}"


_PARTS: tuple[Callable[[_Asked], Awaitable[list[str]]], ...] = (_head, _phones, _owed, _money, _leads, _contacts)
"""In the order of one screen; each part is lines, none where there is nothing to say."""
