"""绑定机器人 12345678: a member says in the app which opaque id of the smart bot is theirs (wecom.md 0.9)."""

from __future__ import annotations

import re

import structlog

from chat.capability import Capability
from chat.messages import Door, Reply
from domain.refusal import Refusal
from handlers._context import Context, Said
from notify.links import BINDING

log = structlog.get_logger()

capability = Capability(words=("绑定机器人",), spec="wecom.md 0.9")
"""Not in 帮助: the smart bot tells those who need it, with the number to send."""


async def handle(ctx: Context, said: Said) -> Reply:
    """The app knows for sure who speaks, so a number that came from the bot proves the rest."""
    if said.text.envelope.door is not Door.APP:
        raise Refusal("only_in_app")
    code = re.search(r"\d{8}", said.argument.replace(" ", ""))
    slot = f"{ctx.local_now:%Y%m%d}:{code[0]}" if code else ""
    bot_userid = await ctx.work.house.note_of_slot(BINDING, slot)
    if bot_userid is None:
        raise Refusal("binding_unknown")
    await ctx.work.members.bind(bot_userid, ctx.member.userid)
    log.info("bot_identity_bound")
    return Reply("绑定好了，现在在群里 @我 就认得你。没登记的线索请再发一次。")
