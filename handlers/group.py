"""绑定本群 华东线索群: learns which chat a webhook robot belongs to."""

from __future__ import annotations

from chat.capability import Capability
from chat.messages import Reply
from domain.people import Role
from domain.refusal import Refusal
from handlers._context import Context, Said

capability = Capability(
    words=("绑定本群",),
    roles=frozenset({Role.ADMIN, Role.OPERATOR}),
    example="绑定本群 华东线索群",
    help="在群里说，之后我能主动往这个群发消息",
    spec="interfaces: wecom.webhooks",
)


async def handle(ctx: Context, said: Said) -> Reply:
    envelope = said.text.envelope
    if not envelope.chat_id:
        raise Refusal("only_in_group")
    names = [webhook.name for webhook in ctx.rules.settings.wecom.webhooks]
    if said.argument not in names:
        raise Refusal("webhook_unknown", name=said.argument, known="、".join(names) or "一个都没有")
    await ctx.work.house.bind_group(envelope.chat_id, said.argument)
    return Reply(f"绑定好了，这个群是“{said.argument}”。")
