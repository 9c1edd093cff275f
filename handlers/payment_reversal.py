"""银行冲正: a tap undoes what was booked for a payment that the bank has taken back, or says that it was another (P2)."""

from __future__ import annotations

from actions.reverse_payments import accept, let_stand
from chat.capability import Capability
from chat.messages import Reply
from chat.texts.payments import waits_for
from domain.ids import transaction_id_in
from domain.people import Role
from domain.refusal import Refusal
from handlers._context import Context, Tapped
from notify.payment_cards import PaymentTaps

capability = Capability(
    taps=(PaymentTaps.REVERSED, PaymentTaps.STANDS),
    roles=frozenset({Role.FINANCE}),
    spec="P2",
)
WAS_DONE = "这笔冲正已经处理过了。你这次没有改动。"


async def tap(ctx: Context, tapped: Tapped) -> Reply | None:
    transaction_id = transaction_id_in(tapped.subject)
    if transaction_id is None:
        raise Refusal("card_outdated")
    if tapped.action == PaymentTaps.STANDS:
        done = await let_stand(ctx.work, ctx.rules, transaction_id, ctx.member)
        return None if done else Reply(WAS_DONE, private=True)
    reversed_ = await accept(ctx.work, ctx.rules, transaction_id, ctx.member)
    if reversed_.asked:
        return Reply(waits_for(one.name for one in reversed_.asked), private=True)
    return Reply(WAS_DONE, private=True) if reversed_.was_done else None
