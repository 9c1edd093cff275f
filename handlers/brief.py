"""查 恒达: the brief of a customer, whenever it is asked for (B1)."""

from __future__ import annotations

from chat.capability import Capability
from chat.messages import Reply
from handlers._context import Context, Said
from handlers._customers import customer_seen
from notify.brief import brief_of

EXAMPLE = "查 恒达"
capability = Capability(
    words=("查", "简报"), example=EXAMPLE, help="一屏看完一个客户：谁拍板、预算、顾虑、答应的事", spec="B1"
)


async def handle(ctx: Context, said: Said) -> Reply:
    customer = await customer_seen(ctx, said.argument.removeprefix("看").strip(), EXAMPLE)
    return Reply(await brief_of(ctx.work, ctx.rules, customer.customer_id, seen_by=ctx.member), private=True)
