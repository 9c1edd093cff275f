"""Which customer somebody means by a name, a part of it, or a number; and whose it is (A1, V1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chat.texts.format import shortened
from domain.ids import customer_id_in, lead_id_in
from domain.refusal import Refusal
from domain.which_customer import customers_named
from handlers._context import Context
from nlp.companies import company_key
from nlp.normalize import fold
from storage.customers import Customer

MOST_NAMES = 5


@dataclass(frozen=True, slots=True)
class Meant:
    one: Customer | None
    among: tuple[Customer, ...] = ()
    """To be asked about, the likeliest first, where `one` is None."""
    is_near: bool = False
    """`among` are not quite what was said."""


async def customer_meant(ctx: Context, words: str) -> Meant:
    """Among those whom the member may visit: their own and their team's. Refusal where there is none, which says whose
    customer it is, or what to do."""
    if len(words) <= 12 and (lead_id := lead_id_in(words)) is not None:
        lead = await ctx.work.leads.get(lead_id, seen_by=ctx.member)
        return Meant(await may_visit(ctx, await ctx.work.customers.get(lead.customer_id)))
    key = company_key(words) or fold(words)
    named = customers_named(key, await ctx.work.customers.spellings(ctx.member.userid, key))
    like = [customer.customer_id for customer in await ctx.work.customers.named_like(words)]
    others: list[Customer] = []
    for ids in (named.same, (*named.part, *like)):
        found = await _customers(ctx, ids)
        mine = [customer for customer in found if await ctx.work.customers.is_seen_by(customer, ctx.member)]
        if mine:
            return Meant(mine[0] if len(mine) == 1 else None, tuple(mine))
        others += found
    if near := await _customers(ctx, named.alike):
        return Meant(None, tuple(near), is_near=True)
    if others:
        await may_visit(ctx, others[0])
    raise Refusal("visit_customer_unknown", name=shortened(words, 20))


async def customer_seen(ctx: Context, words: str, example: str) -> Customer:
    """The one that is to be read of. Refusal where none fits, where several do, or where it is somebody else's."""
    words = words.strip(" 的，,。:：")
    if not words:
        raise Refusal("customer_missing", example=example)
    if len(words) <= 12 and (lead_id := lead_id_in(words)) is not None:
        lead = await ctx.work.leads.get(lead_id, seen_by=ctx.member)
        return await ctx.work.customers.get(lead.customer_id)
    key = company_key(words) or fold(words)
    named = customers_named(key, await ctx.work.customers.spellings(ctx.member.userid, key))
    like = [customer.customer_id for customer in await ctx.work.customers.named_like(words)]
    for ids in (named.same, (*named.part, *like)):
        found = await _customers(ctx, ids)
        seen = [one for one in found if await ctx.work.customers.is_seen_by(one, ctx.member)]
        mine = [one for one in seen if one.owner == ctx.member.userid]
        if len(mine) == 1 or len(seen) == 1:
            return (mine if len(mine) == 1 else seen)[0]
        if seen:
            names = "、".join(customer.name for customer in seen[:MOST_NAMES])
            raise Refusal("customer_several", name=shortened(words, 20), names=names, example=example)
        if found:
            owner = await ctx.work.members.get(found[0].owner)
            raise Refusal("customer_not_yours", customer=found[0].name, owner=owner.name if owner else "管理员")
    raise Refusal("customer_unknown", name=shortened(words, 20))


async def customer_tapped(ctx: Context, subject: str) -> Customer:
    """From a button; whose customer it is may have changed since."""
    customer_id = customer_id_in(subject)
    if customer_id is None:
        raise Refusal("card_outdated")
    return await may_visit(ctx, await ctx.work.customers.get(customer_id))


async def may_visit(ctx: Context, customer: Customer) -> Customer:
    """Refusal that says whose customer it is and what to do."""
    if await ctx.work.customers.is_seen_by(customer, ctx.member):
        return customer
    leads = await ctx.work.leads.open_of_customer(customer.customer_id)
    in_hand = next((lead.owner for lead in reversed(leads) if lead.owner is not None), customer.owner)
    owner = await ctx.work.members.get(in_hand)
    if owner is None:
        raise Refusal("customer_unowned", customer=customer.name)
    raise Refusal("customer_of_another", customer=customer.name, owner=owner.name)


async def _customers(ctx: Context, ids: Sequence[int]) -> list[Customer]:
    return [await ctx.work.customers.get(customer_id) for customer_id in dict.fromkeys(ids)]
