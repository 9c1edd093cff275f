"""What was understood of a memo, as cards and sentences (N3, N4). Read each as a busy rep on a phone would."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chat.cards import Button, ButtonStyle, Card, Line, TapData
from chat.messages import Push, TargetKind, Urgency
from chat.texts import facts as texts
from chat.texts.format import shortened
from domain.facts import MemoFacts, Signal
from domain.ids import CustomerId, customer_name, memo_name
from domain.leads import Lead
from domain.memos import Memo, MemoState
from domain.people import Member, Status
from domain.scorecard import ScoreCard
from domain.scripts import Script
from domain.which_customer import Why
from notify.cards import SHOWN, Taps
from notify.leads import about, settle_cards
from settings.house import HouseRules
from storage.customers import Customer
from storage.unit_of_work import Work

VALUE = 30
"""Characters of a row's value that WeCom shows."""
LABEL = 10
MOST_CANDIDATES = 4
"""Two more buttons are the ways out."""

_TITLES = {
    Why.TWO_NAMED: "{memo} 说到不止一家，记到哪家？",
    Why.NOT_THE_VISITS: "{memo} 记到这次拜访的，还是说到的？",
    Why.SEVERAL: "{memo} “{said}”是哪一家？",
    Why.UNKNOWN_NAME: "{memo} 没找到客户“{said}”",
    Why.NOT_NAMED: "{memo} 是哪家客户的？",
}


def about_memo(memo: Memo) -> str:
    return f"memo:{memo.memo_id}"


def understood_card(
    memo: Memo, rules: HouseRules, customer: Customer | None, score: ScoreCard | None, owner: Member | None, today: date
) -> Card:
    """`owner`: whose customer it is, where that is somebody else; `score` only where the speaker may see it."""
    assert memo.facts is not None
    name = memo_name(memo.memo_id)
    is_open = memo.state is MemoState.UNDERSTOOD
    hint = (
        f"不对就直接回一句，比如：{_example(memo.facts, customer)}" if is_open else f"还要改就发：改 {name} 预算是50万"
    )
    told = f"客户由{owner.name}负责，已经告诉{owner.name}。" if owner is not None else ""
    steps = [texts.step(said.value, today) for said in memo.facts.next_steps]
    lines = _lines(memo.facts, customer, steps)
    hidden = len(steps) - sum(line.name.startswith("下一步") for line in lines)
    rest = f"还有：{'；'.join(steps[-hidden:])}。" if hidden > 0 else ""
    return Card(
        title=f"{name} 听到这些，对吗" if is_open else f"{name} 已确认",
        subtitle=shortened(f"意向{texts.level(score)}", 44) if score is not None else "",
        text=shortened(f"{told}{rest}", 159 - len(hint)) + hint,
        lines=lines,
        buttons=_buttons(memo, customer) if is_open else (),
        url=rules.url,
    )


def _lines(facts: MemoFacts, customer: Customer | None, steps: Sequence[str]) -> tuple[Line, ...]:
    """At most six rows: the steps take what the others leave."""
    ahead = [
        Line("客户", shortened(customer.name, VALUE) if customer else "还没对上"),
        Line("拍板人", shortened(texts.decision_maker(facts), VALUE)),
        Line("预算", texts.budget_row(facts)),
    ]
    behind = []
    if facts.competitors:
        behind.append(Line("竞品", shortened("、".join(said.value for said in facts.competitors), VALUE)))
    if worries := texts.worries(facts):
        behind.append(Line("顾虑", shortened(worries, VALUE)))
    room = SHOWN - len(ahead) - len(behind)
    shown = [
        Line("下一步" if len(steps) == 1 else f"下一步{number}", shortened(step, VALUE))
        for number, step in enumerate(steps[:room], start=1)
    ]
    return (*ahead, *(shown or [Line("下一步", texts.NOT_SAID)]), *behind)


def _buttons(memo: Memo, customer: Customer | None) -> tuple[Button, ...]:
    name = memo_name(memo.memo_id)
    confirm = Button("确认", TapData(Taps.MEMO_CONFIRM, name, memo.version), ButtonStyle.PRIMARY)
    other = Button("客户不对" if customer else "选客户", TapData(Taps.MEMO_WHICH, name, memo.version))
    return (confirm, other)


def _example(facts: MemoFacts, customer: Customer | None) -> str:
    if customer is None:
        return "客户是恒达"
    if facts.decision_maker is None:
        return "拍板的是李总"
    return "预算是50万" if facts.budget is None or not facts.next_steps else "下周五前寄样"


def customer_card(
    memo: Memo, rules: HouseRules, why: Why, candidates: Sequence[Customer], said: str, text: str
) -> Card:
    """Which customer? `said`: the name as the memo has it, `text`: the memo, to know it by."""
    name = memo_name(memo.memo_id)
    shown = candidates[:MOST_CANDIDATES]
    buttons = [
        Button(shortened(one.name, LABEL), _tap(Taps.MEMO_CUSTOMER, memo, customer_name(one.customer_id)))
        for one in shown
    ]
    if said:
        buttons.append(Button("新客户", _tap(Taps.MEMO_NEW, memo, said.replace("|", " "))))
    buttons.append(Button("都不是" if shown else "不是新客户", _tap(Taps.MEMO_NONE, memo), ButtonStyle.GREY))
    lines = [Line(f"第{n}家", one.name) for n, one in enumerate(shown, start=1) if len(one.name) > LABEL]
    if said:
        lines.append(Line("新客户", said))
    return Card(
        title=shortened(_TITLES[why].format(memo=name, said=shortened(said, 16)), 36),
        subtitle="点一下，或者直接回客户名",
        text=f"“{shortened(text, 120)}”",
        lines=tuple(lines),
        buttons=tuple(buttons),
        url=rules.url,
    )


def _tap(action: str, memo: Memo, argument: str = "") -> TapData:
    return TapData(action, memo_name(memo.memo_id), memo.version, argument)


async def show_card(work: Work, memo: Memo, card: Card, *, is_settled: bool = False) -> None:
    """On the card that the speaker holds; a new one where none is open, or where the old one can be changed no more."""
    held = await work.open_cards(about_memo(memo))
    anew = Push(
        TargetKind.MEMBER, memo.sender, card, f"memo:{memo.memo_id}:card:{memo.version}", Urgency.ANSWER,
        about_memo(memo),
    )  # fmt: skip
    for task_id, _ in held:
        if is_settled:
            await work.settle_card(task_id, card)
        elif await work.can_change(task_id):
            await work.change_card(task_id, card, memo.version)
        else:
            await work.replace_card(task_id, anew)
    if not held and not is_settled:
        await work.push(anew)


async def tell_name_wanted(work: Work, memo: Memo) -> None:
    text = f"{memo_name(memo.memo_id)} 是哪家客户？直接回公司名。"
    key = f"memo:{memo.memo_id}:name:{work.cause}"
    await work.push(Push(TargetKind.MEMBER, memo.sender, text, key, Urgency.ANSWER))


async def tell_nothing_found(work: Work, memo: Memo, customer: Customer | None) -> None:
    name = memo_name(memo.memo_id)
    where = f"记到{customer.name}了" if customer else "原话存好了"
    add = "补一句就行，比如：预算是50万" if customer else "补一句就行，比如：客户是恒达，预算是50万"
    text = f"{name} {where}，没听出拍板人、预算和下一步。{add}"
    await work.push(Push(TargetKind.MEMBER, memo.sender, text, f"memo:{memo.memo_id}:nothing", Urgency.ANSWER))


async def tell_owner(work: Work, memo: Memo, owner: Member, customer: Customer, speaker: str, today: date) -> None:
    """Somebody else has spoken with their customer; once for each memo and customer."""
    if memo.facts is None or owner.status is not Status.ACTIVE:
        return
    short = texts.in_short(memo.facts, today)
    text = f"{speaker}记了一条{customer.name}的备忘{f'：{short}' if short else ''}。发“查 {customer.name}”看全部。"
    key = f"memo:{memo.memo_id}:owner:{customer.customer_id}"
    await work.push(Push(TargetKind.MEMBER, owner.userid, text, key, Urgency.NOTICE))


_BROUGHT_UP = {Signal.COMPETITOR_INVOLVED: "那边有竞品", Signal.PRICE_SENSITIVE: "在压价"}


async def offer_script(work: Work, memo: Memo, customer: Customer, script: Script, signal: Signal) -> None:
    text = f"{customer.name}{_BROUGHT_UP[signal]}，可以这样说：\n{script.words}\n更多发：话术 {customer.name}"
    await work.push(Push(TargetKind.MEMBER, memo.sender, text, f"memo:{memo.memo_id}:script", Urgency.NOTICE))


async def show_contacted(work: Work, rules: HouseRules, lead: Lead, memo: Memo) -> None:
    """S3: the memo was the first contact of this lead."""
    await settle_cards(work, rules, lead, about(lead), "已首次联系", f"备忘 {memo_name(memo.memo_id)} 记下了")


def new_customer_said(memo: Memo) -> str:
    return memo.facts.customer.value if memo.facts is not None and memo.facts.customer is not None else ""


async def customers_of(work: Work, customer_ids: Sequence[int]) -> list[Customer]:
    found = [await work.customers.find(CustomerId(customer_id)) for customer_id in customer_ids]
    return [customer for customer in found if customer is not None]
