"""Doubtful payments: a tap books, 都不是 asks for words to search by (P2); 待确认, 未匹配 and 匹配 T12 bring them up."""

from __future__ import annotations

import re
from datetime import timedelta

from actions.book_payment import confirm, reject
from chat.capability import Capability
from chat.dialogue import Question
from chat.messages import Reply, Text
from chat.texts.format import shortened
from chat.texts.payments import money, reason, written_fen
from domain.ids import transaction_id_in, transaction_name
from domain.people import Role
from domain.refusal import Refusal
from handlers._context import Context, Said, Tapped
from nlp.money import amounts
from nlp.normalize import half_width
from notify.payment_cards import PaymentTaps, candidates_card
from notify.payments import about, ask_finance, transaction_line, was_quicker
from storage.payments import StoredTransaction, TransactionState

SEARCH = "payment_search"
capability = Capability(
    words=("待确认", "未匹配", "匹配"),
    taps=(PaymentTaps.BOOK, PaymentTaps.NONE),
    answers=(SEARCH,),
    roles=frozenset({Role.FINANCE}),
    example="未匹配",
    help="看没对上订单的流水；“待确认”再发卡片，“匹配 T12”给一笔找订单",
    spec="P2",
)
CARDS = 5
SHOWN = 15
WAIT = timedelta(hours=2)
ASK = "{line}\n是哪一单的？发订单号、客户名或金额，或者发“放着”。"
NOT_FOUND = "没有找到“{words}”的未收款。换订单号、客户简称或金额再发，或者发“放着”。"
KEPT = "放着了，还在“未匹配”里。"
_KEEP = re.compile(r"\s*(?:先)?(?:放着|放一放|留着|先不管|不管)[吧了。.\s]*")
_LONGEST = 40


async def tap(ctx: Context, tapped: Tapped) -> Reply | None:
    transaction_id = transaction_id_in(tapped.subject)
    if transaction_id is None:
        raise Refusal("card_outdated")
    if tapped.action == PaymentTaps.BOOK:
        done = await confirm(ctx.work, ctx.rules, transaction_id, tapped.argument, version=tapped.round)
        if not done.was_done:
            await ctx.work.questions.close(ctx.member.userid)
        return await _was_done(ctx, done.stored) if done.was_done else None
    done = await reject(ctx.work, ctx.rules, transaction_id, version=tapped.round)
    if done.was_done and done.stored.version != tapped.round:
        return await _was_done(ctx, done.stored)
    return await _ask(ctx, done.stored)


async def _was_done(ctx: Context, stored: StoredTransaction) -> Reply:
    """The card itself has been settled for everybody; who still saw the old one is told in words."""
    return Reply(await was_quicker(ctx.work, stored), private=True)


async def _ask(ctx: Context, stored: StoredTransaction) -> Reply:
    name = transaction_name(stored.transaction_id)
    await ctx.work.questions.ask(ctx.member.userid, SEARCH, name, ctx.now + WAIT)
    return Reply(ASK.format(line=transaction_line(stored, ctx.rules, ctx.now)), private=True)


async def answer(ctx: Context, text: Text, question: Question) -> Reply | None:
    words = half_width(text.text).strip()
    if _KEEP.fullmatch(words):
        await ctx.work.questions.close(ctx.member.userid)
        return Reply(KEPT)
    if len(words) > _LONGEST or any(words.startswith(word) for one in ctx.menu for word in one.words):
        return None
    transaction_id = transaction_id_in(question.subject)
    stored = await ctx.work.payments.find(transaction_id) if transaction_id is not None else None
    if stored is None or not stored.unallocated:
        await ctx.work.questions.close(ctx.member.userid)
        return None
    return await _found(ctx, stored, words)


async def _found(ctx: Context, stored: StoredTransaction, words: str) -> Reply:
    """A card with what the words found."""
    found = await ctx.work.receivables.search(words, seen_by=ctx.member, amount=_amount(words))
    if not found:
        return Reply(NOT_FOUND.format(words=shortened(words, 20)))
    card = candidates_card(stored, found, f"按“{shortened(words, 16)}”找到 {len(found)} 单", ctx.rules)
    return Reply(card, private=True, about=about(stored.transaction_id))


def _amount(words: str) -> int | None:
    if (written := written_fen(words)) is not None:
        return written
    said = amounts(words)
    exact = [one.min_fen for one in said if one.min_fen is not None and one.min_fen == one.max_fen]
    return exact[0] if len(exact) == 1 else None


async def handle(ctx: Context, said: Said) -> Reply | None:
    match said.word:
        case "待确认":
            return await _waiting(ctx)
        case "未匹配":
            return await _unmatched(ctx)
    return await _match(ctx, said.argument)


async def _waiting(ctx: Context) -> Reply | None:
    """Cards again for those that wait, to who asks."""
    waiting = await ctx.work.payments.not_asked(CARDS) or await ctx.work.payments.in_state(
        TransactionState.WAITING, limit=CARDS
    )
    if not waiting:
        return Reply("没有待确认的流水。", private=True)
    total = (await ctx.work.payments.counts()).get(TransactionState.WAITING, 0)
    await ask_finance(ctx.work, ctx.rules, waiting, [ctx.member])
    more = f"，先发 {len(waiting)} 张，处理完再发“待确认”" if total > len(waiting) else ""
    return Reply(f"{total} 笔待确认{more}。", private=True)


async def _unmatched(ctx: Context) -> Reply:
    unmatched = await ctx.work.payments.in_state(TransactionState.UNMATCHED, limit=SHOWN)
    surplus = await ctx.work.payments.surplus(SHOWN)
    if not unmatched and not surplus:
        return Reply("没有未匹配的流水。", private=True)
    total = (await ctx.work.payments.counts()).get(TransactionState.UNMATCHED, 0)
    lines = [f"{total} 笔未匹配" + (f"，{len(surplus)} 笔有余款没分配：" if surplus else "：")]
    lines += [_unmatched_line(ctx, stored) for stored in unmatched]
    lines += [
        f"{transaction_line(stored, ctx.rules, ctx.now)}，余 {money(stored.unallocated)}没分配" for stored in surplus
    ]
    first = transaction_name((unmatched or surplus)[0].transaction_id)
    lines.append(f"给一笔找订单，发：匹配 {first}")
    return Reply("\n".join(lines), private=True)


def _unmatched_line(ctx: Context, stored: StoredTransaction) -> str:
    decision = stored.decision
    why = f"，{reason(decision)}" if decision is not None and stored.decided_by == "rules" else ""
    return transaction_line(stored, ctx.rules, ctx.now) + why


async def _match(ctx: Context, argument: str) -> Reply | None:
    transaction_id = transaction_id_in(argument)
    if transaction_id is None:
        raise Refusal("no_such_transaction", number="")
    stored = await ctx.work.payments.find(transaction_id)
    if stored is None:
        raise Refusal("no_such_transaction", number=transaction_id)
    if not stored.unallocated or stored.state is TransactionState.NEW:
        return await _was_done(ctx, stored)
    words = re.sub(r"^\D{0,2}\d+", "", argument).strip()
    question = await _ask(ctx, stored)
    return await _found(ctx, stored, words) if words else question
