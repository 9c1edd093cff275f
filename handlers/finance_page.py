"""财务页面: where statements go in, and many payments are confirmed at once (P1, P2)."""

from __future__ import annotations

from chat.capability import Capability
from chat.messages import Reply
from domain.access import SEES_FINANCE_PAGE
from handlers._context import Context, Said
from notify.links import finance_url

capability = Capability(
    words=("财务页面",),
    roles=SEES_FINANCE_PAGE,
    example="财务页面",
    help="传对账单先看预览、一次确认多笔、撤销、导出的网页",
    spec="P2",
)


async def handle(ctx: Context, said: Said) -> Reply:
    return Reply(f"财务页面：{finance_url(ctx.rules)}\n传对账单、一次确认多笔、撤销、导出都在里面。", private=True)
