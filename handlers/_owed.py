"""Whose receivables somebody means: by order number or customer's name, among what the asker may see (A1)."""

from __future__ import annotations

from chat.texts.format import shortened
from domain.order_numbers import key_of
from domain.payer_names import even
from domain.receivables import KeptReceivable
from domain.refusal import Refusal
from handlers._context import Context

NAMES_SHOWN = 5


async def debtor_meant(ctx: Context, words: str) -> tuple[str, list[KeptReceivable]]:
    """The customer's name and all that is kept of them. Refused where nobody, or more than one, is meant."""
    found = await ctx.work.receivables.search(words, seen_by=ctx.member, only_open=False, limit=100)
    names = {even(one.customer): one.customer for one in found}
    key = even(words) if even(words) in names else next(iter(names), "")
    if not names:
        raise Refusal("customer_owes_nothing", name=shortened(words, 20))
    if len(names) > 1 and key != even(words):
        listed = "、".join(list(names.values())[:NAMES_SHOWN])
        raise Refusal("customer_not_unique", name=shortened(words, 20), count=len(names), customers=listed)
    return names[key], await ctx.work.receivables.of_customer(key, seen_by=ctx.member)


async def order_meant(ctx: Context, words: str, example: str) -> tuple[KeptReceivable, str]:
    """The order whose number stands first, and the words behind it."""
    number, _, rest = words.strip().partition(" ")
    if len(key := key_of(number)) < 3:
        raise Refusal("order_missing", example=example)
    found = await ctx.work.receivables.search(number, seen_by=ctx.member, only_open=False, limit=10)
    exact = [one for one in found if key_of(one.order_no) == key]
    chosen = exact or [one for one in found if key_of(one.order_no).endswith(key)]
    if len(chosen) != 1:
        raise Refusal("no_such_order", order=shortened(number, 20))
    return chosen[0], rest.strip()
