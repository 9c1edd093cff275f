"""The card of what was understood, and the speaker's last word on it: 确认, or a plain sentence (N3)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from actions.understand_memo import (
    ASKS_NAME,
    QUESTION,
    add_customer,
    ask_for_name,
    ask_which,
    call_customer,
    choose,
    confirm,
    correct,
    give_customer,
    is_part,
    named,
    read,
    show,
)
from chat.capability import Capability
from chat.dialogue import Question
from chat.messages import NOTHING_TO_SAY, Reply, Text
from chat.texts import facts as texts
from domain.ids import customer_id_in, memo_id_in, memo_name
from domain.memos import Memo, MemoKind, MemoState
from domain.refusal import Refusal
from domain.which_customer import Choice, Why
from domain.worth_a_memo import fact_count
from handlers._context import Context, Tapped
from nlp.corrections import correction
from nlp.normalize import fold, half_width
from notify.cards import Taps

EXAMPLE = "改 M12 预算是50万"
capability = Capability(
    taps=(Taps.MEMO_CONFIRM, Taps.MEMO_WHICH, Taps.MEMO_CUSTOMER, Taps.MEMO_NEW, Taps.MEMO_NONE),
    answers=(QUESTION,),
    example=EXAMPLE,
    help="改一条备忘；卡片刚来时直接说“预算是50万”就行",
    spec="N3",
)
_BY_NUMBER = re.compile(r"\s*(?:改一?下?|更正|修改|纠正)?[\s:：,，]*[Mm]\s?\d{1,9}(?!\d)[\s:：,，]*")
_YES = re.compile(
    r"\s*(?:都|全)?(?:确认|对的?|没错|是的?|没问题|好的?|可以|ok)(?:[,，]?就这样)?[了啊吧。,，.!！\s]*", re.IGNORECASE
)
_WHO = re.compile(r"\s*(?:是|就是|客户是|客户叫|叫)?\s*(?P<name>[^\s。，,!！?？]{2,30})[的吧啊。.!！\s]*")
_NUMBERED = re.compile(r"(?:改一?下?|更正|修改|纠正)?[\s:：,，]*[LMVKlmvk]\s?\d")
_IS_CUSTOMER = re.compile(
    "(?:客户|公司)(?:名字?|名称)?(?:应该|其实)?(?:是|叫|为|改|不是)|不是.+是|^(?:应该|其实)?是.{2,12}(?:的|那家|家)$"
)
_TELLS = re.compile(
    "^(?:刚刚?|刚才|今天|今早|早上|上午|中午|下午|昨天)?.{0,10}?(?:[谈聊见]完|出来|[谈聊见]了|见到了?|拜访了|碰了|去了|打了?电话|通了?电话)"
)
_PUTS_RIGHT = re.compile("错|不对|改|不是")
_NONE_OF_THEM = re.compile(r"\s*都?不[是对][了的啊吧。,，.!！\s]*")
OFFERED = "offered"
"""In the question's data: the card shows customers, and a known name in words chooses as well."""
_NO = re.compile(
    r"\s*(?:都|全)?(?:不对|错|有错|有误|不是这样|[听写记搞弄]错|改一下|要改)[了的啊吧。,，.!！\s]*|.*第.[条步项个].*|.*[改推延]到.*"
)
_WRONG_CUSTOMER = re.compile(
    r"\s*(?:不是这家|(?:客户|公司)(?:名字?)?(?:不对|错|搞错|记错|听错|不是)|[记搞弄]错(?:客户|公司))[了的啊吧。,，.!！\s]*"
)
LAST_WITHIN = timedelta(days=1)
"""So long words that would have put a memo right are taken to be about the last one."""
LONGEST_CORRECTION = 60
"""Characters; who says more than that has something new to tell."""


def recognises(text: str) -> bool:
    return _BY_NUMBER.match(half_width(text)) is not None


async def hear(ctx: Context, text: Text) -> Reply:
    """改 M12 …: also when its card is no longer the newest, or has been confirmed."""
    said = half_width(text.text)
    memo = await _memo(ctx, memo_id_in(said) or 0)
    words = _BY_NUMBER.sub("", said, count=1)
    if not words:
        return Reply(f"{memo_name(memo.memo_id)} 要改哪里，像这样发：改 {memo_name(memo.memo_id)} 预算是50万")
    reply = await _put_right(ctx, memo, words)
    if reply is None:
        raise Refusal("correction_unclear", memo=memo_name(memo.memo_id))
    return reply


async def answer(ctx: Context, text: Text, question: Question) -> Reply | None:
    said = half_width(text.text)
    memo = await ctx.work.memos.get(memo_id_in(question.subject) or 0)
    if memo is None or memo.facts is None or len(said) > LONGEST_CORRECTION or _is_something_else(ctx, said):
        return None
    is_asked = memo.customer_id is None or bool(question.data)
    if await _is_of_another(ctx, memo, said, is_asked=is_asked) or await _is_of_the_visit(ctx, memo, said):
        return None
    if _YES.fullmatch(said):
        return await _confirmed(ctx, memo)
    if _WRONG_CUSTOMER.fullmatch(said):
        await _offer_customers(ctx, memo)
        return NOTHING_TO_SAY
    reply = await _put_right(ctx, memo, said)
    if reply is None and question.data.get(OFFERED) and _NONE_OF_THEM.fullmatch(said):
        await ask_for_name(ctx.work, ctx.rules, memo)
        return NOTHING_TO_SAY
    if reply is None and is_asked:
        reply = await _named(ctx, memo, said, is_asked=bool(question.data.get(ASKS_NAME)))
    return reply


def _is_something_else(ctx: Context, said: str) -> bool:
    """A command, or a sentence about a numbered thing: an open card must not swallow it."""
    words = said.strip()
    return _NUMBERED.match(words) is not None or ctx.is_command(words)


async def _is_of_another(ctx: Context, memo: Memo, said: str, *, is_asked: bool) -> bool:
    """It names another customer, or tells how a talk went: a memo of its own, not a correction."""
    if _IS_CUSTOMER.search(said):
        return False
    facts = await read(ctx.work, ctx.rules, memo.sender, MemoKind.TEXT, said, ctx.now)
    if fact_count(facts) > 1 and _TELLS.search(said) and not _PUTS_RIGHT.search(said):
        return True
    if is_asked and not fact_count(facts):
        return False
    spellings = await ctx.work.customers.spellings(memo.sender)
    found = {one.customer_id for one in spellings if one.is_named_in(fold(said).casefold())}
    if found:
        return memo.customer_id not in found
    if facts.customer is None:
        return False
    customer = await ctx.work.customers.find(memo.customer_id)
    known = [customer.name] if customer else []
    known += [memo.facts.customer.value] if memo.facts and memo.facts.customer else []
    return not any(is_part(facts.customer.value, name) for name in known)


async def _is_of_the_visit(ctx: Context, memo: Memo, said: str) -> bool:
    """Several things at once, said in a visit that was begun after the memo: a memo of the visit."""
    visit = await ctx.work.visits.open_of(ctx.member.userid)
    if visit is None or memo.visit_id == visit.visit_id or memo.recorded_at > visit.started_at:
        return False
    return fact_count(await read(ctx.work, ctx.rules, memo.sender, MemoKind.TEXT, said, ctx.now)) > 1


async def _put_right(ctx: Context, memo: Memo, said: str) -> Reply | None:
    """None where the words put nothing right."""
    assert memo.facts is not None
    corrections = correction(said, ctx.local_now, memo.facts)
    if not corrections:
        return None
    before = memo.facts
    memo, changed = await correct(ctx.work, ctx.rules, memo, corrections, said)
    name = memo_name(memo.memo_id)
    if not changed:
        asks = any(one.field == "customer" for one in corrections) and memo.customer_id is None
        return Reply(f"{name} 在卡片上选一下是哪家客户。" if asks else f"{name} 本来就是这样记的，没有改动。")
    assert memo.facts is not None
    parts = []
    for field, label in texts.FIELDS.items():
        if field == "customer" and field in changed:
            customer = await ctx.work.customers.find(memo.customer_id)
            parts.append(f"客户 {customer.name if customer else ''}")
        elif field in changed:
            old, new = (texts.field_value(field, facts, ctx.today) for facts in (before, memo.facts))
            parts.append(f"{label} {new}" if old == "无" else f"{label} {old} → {new}")
    return Reply(f"{name} 改好了：{'；'.join(parts)}")


async def _named(ctx: Context, memo: Memo, said: str, *, is_asked: bool) -> Reply | None:
    """The name of a customer alone, while the card asks for one."""
    found = _WHO.fullmatch(said)
    if found is None:
        return None
    choice_before = memo.customer_id
    known = await _knows(ctx, memo, found["name"])
    if not known and not is_asked:
        return None
    memo, is_sure = await call_customer(ctx.work, ctx.rules, memo, found["name"], said)
    if not is_sure:
        return Reply("点卡片上的客户，或者“新客户”。")
    if memo.customer_id == choice_before:
        return Reply(f"{memo_name(memo.memo_id)} 本来就记在这家，没有改动。")
    await show(ctx.work, ctx.rules, memo)
    customer = await ctx.work.customers.find(memo.customer_id)
    return Reply(f"{memo_name(memo.memo_id)} 记到 {customer.name if customer else ''} 了。")


async def _knows(ctx: Context, memo: Memo, name: str) -> bool:
    found = await named(ctx.work, memo.sender, name)
    return bool(found.same or found.part)


async def point_to_last(ctx: Context, text: Text) -> Reply | None:
    """Words about a card that does not listen any more, or that do not say what is wrong with it: what to type instead."""
    said = half_width(text.text).strip()
    memo = next(iter(await ctx.work.memos.of_sender(ctx.member.userid, 1)), None)
    if memo is None or memo.facts is None or memo.recorded_at < ctx.now - LAST_WITHIN or len(said) > LONGEST_CORRECTION:
        return None
    name, is_confirmed = memo_name(memo.memo_id), memo.state is MemoState.CONFIRMED
    done = f"{name} 已经确认过了。" if is_confirmed else ""
    if is_confirmed and _YES.fullmatch(said) and "确认" in said:
        return Reply(f"{done}要改就发：改 {name} 预算是50万")
    corrections = correction(said, ctx.local_now, memo.facts)
    if any(one.field != "next_steps" or len(one.value) <= len(memo.facts.next_steps) for one in corrections):
        # One step more is as likely something else: 明天去开会.
        return Reply(f"{done}要改就发：改 {name} {said}")
    if _NO.fullmatch(said) or _WRONG_CUSTOMER.fullmatch(said):
        how = f"改 {name} 预算是50万" if is_confirmed else "预算是50万、拍板的是李总、第二条改到周五、删掉第二条"
        return Reply(f"{name} 要改哪里？像这样发：{how}")
    return None


# taps


async def tap(ctx: Context, tapped: Tapped) -> Reply | None:
    memo = await _memo(ctx, memo_id_in(tapped.subject) or 0)
    match tapped.action:
        case Taps.MEMO_CONFIRM:
            await confirm(ctx.work, ctx.rules, memo)
            return None
        case Taps.MEMO_WHICH:
            await _offer_customers(ctx, memo)
            return None
        case Taps.MEMO_CUSTOMER:
            customer = await ctx.work.customers.find(customer_id_in(tapped.argument))
            if customer is None:
                raise Refusal("card_outdated")
        case Taps.MEMO_NEW:
            customer = await add_customer(ctx.work, tapped.argument, memo.sender)
        case _:
            await ask_for_name(ctx.work, ctx.rules, memo)
            return None
    memo = await give_customer(ctx.work, ctx.rules, memo, customer, customer.name)
    await show(ctx.work, ctx.rules, memo)
    return None


async def _confirmed(ctx: Context, memo: Memo) -> Reply | None:
    if memo.state is MemoState.CONFIRMED:
        return None
    if memo.customer_id is None:
        return Reply(f"{memo_name(memo.memo_id)} 还不知道是哪家客户，先在卡片上选一下。")
    await confirm(ctx.work, ctx.rules, memo)
    return Reply(f"{memo_name(memo.memo_id)} 已确认。")


async def _offer_customers(ctx: Context, memo: Memo) -> None:
    """It is not the one on the card: whoever else it may be."""
    if memo.facts is None or memo.state is MemoState.CONFIRMED:
        return
    choice = await choose(ctx.work, replace(memo, customer_id=None, visit_id=None), memo.facts, memo.text)
    likely = dict.fromkeys((*choice.candidates, *([choice.customer_id] if choice.customer_id else [])))
    in_hand = await ctx.work.customers.in_hand(memo.sender)
    others = tuple(one for one in dict.fromkeys((*likely, *in_hand)) if one != memo.customer_id)
    await ask_which(ctx.work, ctx.rules, memo, Choice(None, Why.NOT_NAMED, others))
    asked = await ctx.work.questions.open_of(memo.sender)
    if asked is None or (asked.kind == QUESTION and not asked.data):
        until = ctx.now + ctx.rules.settings.memos.answer_within
        await ctx.work.questions.ask(memo.sender, QUESTION, memo_name(memo.memo_id), until, {OFFERED: True})


async def _memo(ctx: Context, memo_id: int) -> Memo:
    """The speaker's own, or that of somebody whose records the member may see (A1)."""
    memo = await ctx.work.memos.get(memo_id)
    owners = await ctx.work.visible_owners(ctx.member)
    if memo is None or memo.facts is None or (owners is not None and memo.sender not in owners):
        raise Refusal("no_such_memo", memo=memo_name(memo_id))
    return memo
