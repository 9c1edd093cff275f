"""From a claimed message to its effects: who speaks, what is said, which module, and what is answered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from actions.roster import freeze, welcome_back
from bot.decode import decode_app, decode_bot, decode_self
from chat.cards import Card
from chat.messages import (
    NOTHING_TO_SAY,
    AppWarning,
    CardTap,
    Departed,
    Door,
    Entered,
    Envelope,
    Incoming,
    Joined,
    Push,
    Reply,
    TargetKind,
    Text,
    Unknown,
    Urgency,
)
from chat.texts.errors import sentence
from chat.texts.labels import ROLES
from domain.people import Member, Status
from domain.refusal import Refusal
from handlers import Context, Menu, Module, Tapped
from notify.alarms import alarm
from notify.links import BINDING, binding_code
from notify.people import operators
from settings.house import HouseRules
from storage.inbox import Claimed
from storage.unit_of_work import Work

log = structlog.get_logger()

STRANGER = "没有在名册里找到你，暂时不能用跟单铃。请让{operator}把你加进名册。"
OPAQUE = "机器人这边看不出你是谁。在名册里的话，今天到“跟单铃”应用里发：绑定机器人 {code}\n不在名册里，请让{operator}把你加进去。"
OPAQUE_IN_GROUP = "看不出你是谁，这条没有登记。请先单聊我发一句话，我告诉你怎么绑定。"
OPAQUE_LENGTH = 20
FROZEN = "你的账号已停用，有疑问请找{operator}。"
HELP_HINT = "没看懂这句话。发“帮助”看我能做什么，发线索请用：\n【线索响应】{客户名} {电话} {意向型号} {来源渠道}"
WELCOME = "{name}，你好。线索会发卡片到这里，点“接单”就行；发“待办”看手上的事，发“帮助”看全部用法。"
NEVER_MIND = "好，先不改。"
_NEVER_MIND = re.compile(r"\s*(?:算了|取消|不用了|不改了|先不|没事了?)[吧了啊。.!！\s]*")
BROKEN = "这条消息没处理成，已经记下并通知了管理员，编号 {trace}。你可以换个说法再试。"


@dataclass(frozen=True, slots=True)
class Edge:
    """What the app's entrance needs to know of the settings."""

    corp_id: str
    bot_name: str


class Conversation:
    """`handle`, `refuse` and `park` are what the worker calls, each inside a unit of work of its own."""

    def __init__(self, rules: HouseRules, menu: Menu, edge: Edge) -> None:
        self._rules = rules
        self._menu = menu
        self._edge = edge

    def decode(self, claimed: Claimed) -> Incoming:
        if claimed.door == Door.BOT:
            return decode_bot(claimed.payload, claimed.received_at, bot_name=self._edge.bot_name)
        if claimed.door == Door.SELF:
            return decode_self(claimed.payload, claimed.key, claimed.person, claimed.received_at)
        return decode_app(claimed.payload, claimed.received_at, corp_id=self._edge.corp_id)

    async def handle(self, work: Work, claimed: Claimed) -> None:
        incoming = self.decode(claimed)
        if isinstance(incoming, AppWarning):
            await alarm(work, "app_warning", {"event": incoming.event})
            return
        member = await work.members.speaking(incoming.envelope.sender)
        if member is None:
            await self._turn_away(work, incoming, STRANGER)
        elif isinstance(incoming, Departed):
            await freeze(work, self._rules, member, "left")
        elif isinstance(incoming, Joined):
            await welcome_back(work, member)
        elif member.status is Status.FROZEN:
            await self._turn_away(work, incoming, FROZEN)
        else:
            work.actor = member.userid
            await self._serve(work, incoming, member)

    async def refuse(self, work: Work, claimed: Claimed, refusal: Refusal) -> None:
        incoming = self.decode(claimed)
        member = await work.members.speaking(incoming.envelope.sender)
        await self._reply(work, incoming, member, Reply(sentence(refusal)))

    async def park(self, work: Work, claimed: Claimed, trace: str) -> None:
        try:
            incoming = self.decode(claimed)
            member = await work.members.speaking(incoming.envelope.sender)
        except Exception:
            log.exception("parked_message_not_readable")
            member = None
        if member is not None:
            await self._reply(work, incoming, member, Reply(BROKEN.format(trace=trace)))
        person = member.name if member else claimed.person
        await alarm(work, "message_parked", {"person": person, "trace": trace}, once=claimed.key)

    # who is not served

    async def _turn_away(self, work: Work, incoming: Incoming, words: str) -> None:
        """One polite line a day and no data; events of strangers get nothing."""
        if not isinstance(incoming, Text):
            return
        envelope = incoming.envelope
        who = await operators(work)
        day = f"{self._rules.local(work.now):%Y%m%d}"
        key = f"turned_away:{envelope.sender}:{day}"
        code = ""
        if words == STRANGER and _is_opaque(envelope):
            if envelope.is_group:
                # The number is for one pair of eyes.
                words = OPAQUE_IN_GROUP
            else:
                words, key, code = OPAQUE, f"{key}:code", binding_code(self._rules, envelope.sender, day)
                await work.house.take_slot(BINDING, f"{day}:{code}", envelope.sender)
        text = words.format(operator=who[0].name if who else "管理员", code=code)
        await work.push(_to_chat(envelope, text, key, None))

    # who is

    async def _serve(self, work: Work, incoming: Incoming, member: Member) -> None:
        ctx = Context(work, member, incoming, self._rules, tuple(self._menu.examples(member)))
        with structlog.contextvars.bound_contextvars(member=member.userid):
            reply = await self._route(ctx, incoming)
        if reply is not None and reply is not NOTHING_TO_SAY:
            await self._reply(work, incoming, member, reply)

    async def _route(self, ctx: Context, incoming: Incoming) -> Reply | None:
        """Card tap → kind → open question → command word → fixed format → memo → polite help."""
        match incoming:
            case CardTap():
                return await self._tapped(ctx, incoming)
            case Text():
                return await self._said(ctx, incoming)
            case Entered():
                return await self._entered(ctx)
            case Unknown():
                log.info("unknown_message", message_kind=incoming.kind)
                return None
            case _:
                module = self._menu.for_kind(incoming)
                assert module is not None
                assert module.take is not None
                return await module.take(ctx, incoming)

    async def _tapped(self, ctx: Context, tap: CardTap) -> Reply | None:
        await ctx.work.keep_card_code(tap.task_id, tap.response_code)
        module = self._menu.for_tap(tap.data.action) if tap.data else None
        if module is None or tap.data is None:
            raise Refusal("card_outdated")
        _check_roles(ctx, module, tap.data.action)
        assert module.tap is not None
        data = tap.data
        return await module.tap(ctx, Tapped(data.action, data.subject, data.version, data.argument, tap.task_id, tap))

    async def _said(self, ctx: Context, text: Text) -> Reply | None:
        """Pictures between the words of a single chat are kept like any others; the words get the answer."""
        if not text.envelope.is_group:
            for media in text.attached:
                module = self._menu.for_kind(media)
                assert module is not None
                assert module.take is not None
                await module.take(replace(ctx, incoming=media), media)
        if not text.envelope.is_group and (reply := await self._answered(ctx, text)) is not None:
            return reply
        if (command := self._menu.command(text)) is not None:
            module, said = command
            _check_roles(ctx, module, said.word)
            assert module.handle is not None
            return await module.handle(ctx, said)
        if (found := self._menu.format(text.text)) is not None:
            assert found.hear is not None
            return await found.hear(ctx, text)
        if text.envelope.is_group:
            # Small talk in a group gets no scolding (L1).
            return None
        listener = self._menu.listener
        heard = await listener.overhear(ctx, text) if listener is not None and listener.overhear is not None else None
        return heard or Reply(HELP_HINT)

    async def _answered(self, ctx: Context, text: Text) -> Reply | None:
        """None where nothing is asked, or these words are no answer to it."""
        question = await ctx.work.questions.open_of(ctx.member.userid)
        if question is None:
            return None
        if _NEVER_MIND.fullmatch(text.text):
            await ctx.work.questions.close(ctx.member.userid)
            return Reply(NEVER_MIND)
        module = self._menu.for_question(question.kind)
        if module is None or module.answer is None:
            return None
        return await module.answer(ctx, text, question)

    async def _entered(self, ctx: Context) -> Reply | None:
        """A welcome the first time; opening the chat again says nothing. The smart bot has welcomed in the callback."""
        if ctx.incoming.envelope.door is Door.APP and await ctx.work.house.take_slot("welcome", ctx.member.userid):
            return Reply(WELCOME.format(name=ctx.member.name), private=True)
        return None

    async def _reply(self, work: Work, incoming: Incoming, member: Member | None, reply: Reply) -> None:
        if member is not None and (reply.private or isinstance(reply.content, Card)):
            key = f"reply:{incoming.envelope.key}"
            await work.push(Push(TargetKind.MEMBER, member.userid, reply.content, key, Urgency.ANSWER, reply.about))
            if incoming.envelope.reply_url and incoming.envelope.is_group:
                await work.push(
                    _to_chat(incoming.envelope, f"{member.name}，发到你的跟单铃里了。", f"{key}:where", member)
                )
            return
        await work.push(_to_chat(incoming.envelope, reply.content, f"reply:{incoming.envelope.key}", member))


def _is_opaque(envelope: Envelope) -> bool:
    """Some companies' smart bots show some members under an id that no roster has (wecom.md 0.9)."""
    return envelope.door is Door.BOT and envelope.sender.startswith("wo") and len(envelope.sender) >= OPAQUE_LENGTH


def _to_chat(envelope: Envelope, content: str | Card, key: str, member: Member | None) -> Push:
    """Where it was asked: the smart bot's answer address, or the app's single chat."""
    if envelope.door is Door.BOT and envelope.reply_url:
        return Push(
            TargetKind.REPLY_URL,
            envelope.reply_url,
            content,
            key,
            Urgency.ANSWER,
            fallback_chat=envelope.chat_id,
            chat_sender=member.userid if member else "",
        )
    return Push(TargetKind.MEMBER, member.userid if member else envelope.sender, content, key, Urgency.ANSWER)


def _check_roles(ctx: Context, module: Module, word: str) -> None:
    if not module.capability.roles & ctx.member.roles:
        allowed: Sequence[str] = [ROLES[role] for role in ROLES if role in module.capability.roles]
        raise Refusal("not_allowed", word=word, roles="、".join(allowed))
