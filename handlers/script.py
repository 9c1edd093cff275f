"""话术 恒达: the best three for what worries this customer and its trade (B2)."""

from __future__ import annotations

from chat.capability import Capability
from chat.messages import Reply
from chat.texts import facts as texts
from domain.scorecard import Profile, worries
from domain.scripts import scripts_for
from handlers._context import Context, Said
from handlers._customers import customer_seen

EXAMPLE = "话术 恒达"
capability = Capability(words=("话术",), example=EXAMPLE, help="按客户的顾虑和行业给三句能直接说的话", spec="B2")
ASKED = "asked"


async def handle(ctx: Context, said: Said) -> Reply:
    customer = await customer_seen(ctx, said.argument, EXAMPLE)
    found = await ctx.work.profiles.of(customer.customer_id)
    profile = found[0] if found else Profile()
    industry = await ctx.work.customers.industry_of(customer.customer_id)
    uses = await ctx.work.script_uses.counts()
    fitting = scripts_for(ctx.rules.scripts, worries(profile), industry, uses)
    if not fitting:
        return Reply("设置里还没有合适的话术，请管理员加到 scripts.library。", private=True)
    for script in fitting:
        await ctx.work.script_uses.note(script.name, ctx.member.userid, customer.customer_id, ASKED)
    tags = texts.tags(profile)
    lines = [f"{customer.name}{f'（{tags}）' if tags else ''}可以这样说："]
    lines += [f"{number}. {script.name}\n“{script.words}”" for number, script in enumerate(fitting, start=1)]
    return Reply("\n".join(lines), private=True)
