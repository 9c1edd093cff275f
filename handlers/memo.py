"""Memos by every door: words of a voice memo, typed text, a customer's own words (N1, N5, V6)."""

from __future__ import annotations

import re

from actions.check_evidence import void
from actions.understand_memo import named, read, understand
from actions.visits import take_evidence
from chat.capability import Capability
from chat.messages import NOTHING_TO_SAY, Door, Reply, Text, Transcribed
from chat.texts.speech import LATER, to_sender
from domain.ids import memo_name
from domain.memos import Memo, MemoKind, MemoState
from domain.refusal import Refusal
from domain.speech import SAYS_NOTHING, Problem
from domain.visits import EvidenceKind, Visit
from domain.which_customer import which_customer
from domain.worth_a_memo import is_worth_a_memo
from handlers._context import Context, Said
from handlers.memo_card import point_to_last
from nlp.normalize import fold
from notify.visits import standing, still_missing, tell_progress, withdraw_progress

EXAMPLE = "转录 恒达 我们预算50万，下周三来谈"
capability = Capability(
    words=("转录",),
    kinds=(Transcribed,),
    listens=True,
    example=EXAMPLE,
    help="把客户发来的话记到客户名下；自己说的直接发语音或打字",
    spec="V6",
)
_QUESTION = re.compile(
    r"[?？]\s*$|(?:吗|呢|什么|怎么|怎样|哪个|哪家|多少|几个|谁)[?？。.!！\s]*$|^(?:怎么|如何|为什么|能不能|可不可以|请问)"
)
_SIGNS = re.compile(r"[\s\W_]+")
_FIRST_WORD = re.compile(r"(?P<name>[^\s,，:：。]{2,30})[\s,，:：。]+(?P<words>.+)", re.DOTALL)


async def take(ctx: Context, incoming: Transcribed) -> Reply | None:
    """The memo's own text follows the acknowledgement; a failure keeps the audio and says what to do."""
    memo = await ctx.work.memos.with_key(incoming.media_key)
    if memo is None or memo.state is not MemoState.WAITING_FOR_WORDS:
        return None
    problem = incoming.problem or ("" if incoming.text.strip() else Problem.NO_WORDS)
    if problem:
        await ctx.work.memos.not_yet_heard(memo, problem)
        if problem == Problem.LOST:
            # Who could not fetch it has told, with what the visit still lacks.
            return None
        if incoming.again:
            return Reply(LATER, private=True)
        return Reply(to_sender(Problem(problem)) + await _no_evidence(ctx, memo, Problem(problem)), private=True)
    await understand(ctx.work, ctx.rules, memo, incoming.text, seconds=incoming.seconds)
    return None


async def _no_evidence(ctx: Context, memo: Memo, problem: Problem) -> str:
    """A recording in which there is nothing to hear says nothing of a visit (V3)."""
    if problem not in SAYS_NOTHING:
        return ""
    voided = await void(ctx.work, ctx.rules, memo.message_key, problem.value)
    if voided is None or voided.visit is None:
        return ""
    await withdraw_progress(ctx.work, voided.visit)
    return f"不算留痕。{still_missing(voided.visit, voided.missing)}"


async def handle(ctx: Context, said: Said) -> Reply:
    """转录 恒达 …: without a customer's name in front the card asks for one."""
    if not said.argument.strip():
        raise Refusal("words_missing", example=EXAMPLE)
    found = _FIRST_WORD.fullmatch(said.argument)
    customer_id = await _customer(ctx, found["name"]) if found else None
    words = found["words"] if found and customer_id is not None else said.argument
    return await _remember(ctx, said.text, MemoKind.FORWARDED, words, customer_id)


async def _customer(ctx: Context, name: str) -> int | None:
    found = await named(ctx.work, ctx.member.userid, name)
    own = frozenset(one.customer_id for one in await ctx.work.customers.spellings(ctx.member.userid))
    return which_customer(visit=None, named=found, mine=own).customer_id


async def overhear(ctx: Context, text: Text) -> Reply | None:
    """What nobody else has claimed, when it says something of a customer (N5); else None."""
    facts = await read(ctx.work, ctx.rules, ctx.member.userid, MemoKind.TEXT, text.text, text.envelope.sent_at)
    visit = await ctx.work.visits.open_of(ctx.member.userid)
    knows = visit is not None or await _names_a_customer(ctx, text.text)
    asks = _QUESTION.search(text.text) is not None
    if not is_worth_a_memo(len(_SIGNS.sub("", text.text)), facts, knows_customer=knows, asks=asks):
        return None if asks else await point_to_last(ctx, text)
    reply = await _remember(ctx, text, MemoKind.TEXT, text.text, None, visit)
    if visit is not None:
        await _count_for(ctx, text, visit)
    return reply


async def _count_for(ctx: Context, text: Text, visit: Visit) -> None:
    """Typed words are evidence of the visit like spoken ones (V2, N5)."""
    key = text.envelope.key
    _, progress = await take_evidence(
        ctx.work, ctx.rules, ctx.member, EvidenceKind.MEMO, key, text.envelope.sent_at, text=text.text
    )
    if progress is not None:
        there = standing(progress.visit, progress.evidence, progress.missing)
        await tell_progress(ctx.work, ctx.member.userid, visit, there, key)


async def _names_a_customer(ctx: Context, words: str) -> bool:
    spellings = await ctx.work.customers.spellings(ctx.member.userid)
    return any(one.is_named_in(fold(words).casefold()) for one in spellings)


async def _remember(
    ctx: Context, text: Text, kind: MemoKind, words: str, customer_id: int | None, visit: Visit | None = None
) -> Reply:
    memo_id = await ctx.work.memos.add(
        text.envelope.key,
        ctx.member.userid,
        kind,
        recorded_at=text.envelope.sent_at,
        visit_id=visit.visit_id if visit else None,
        customer_id=customer_id,
    )
    memo = await ctx.work.memos.get(memo_id)
    assert memo is not None
    await understand(ctx.work, ctx.rules, memo, words)
    # The card is the answer; the smart bot's chat cannot show it.
    elsewhere = text.envelope.door is Door.BOT
    return Reply(f"{memo_name(memo_id)} 记下了，卡片在跟单铃应用里。") if elsewhere else NOTHING_TO_SAY
