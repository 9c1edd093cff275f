"""撤销 T12, 撤销 XS2610-0101, 撤销 F3: bookings are taken back; those older than a day by two people (P2)."""

from __future__ import annotations

from actions import undo_upload
from actions.book_payment import undo, wish_undo
from actions.reverse_payments import accept
from chat.capability import Capability
from chat.cards import Card
from chat.messages import Reply, Urgency
from domain.ids import UserId, fold, transaction_id_in, upload_id_in, upload_name
from domain.order_numbers import key_of
from domain.people import Role
from domain.receivables import KeptReceivable
from domain.refusal import Refusal
from handlers._context import Context, Said, Tapped
from notify.payment_cards import PaymentTaps
from notify.payments import about_undo
from notify.uploads import upload_undone
from storage.payments import Booking

capability = Capability(
    words=("撤销",),
    taps=(PaymentTaps.UNDO, PaymentTaps.KEEP),
    roles=frozenset({Role.FINANCE, Role.LEADER}),
    example="撤销 T12",
    help="撤销一笔入账，也可以写订单号；“撤销 F3”撤销整份对账单；超过一天的要另一位财务同意",
    spec="P2",
)


async def handle(ctx: Context, said: Said) -> Reply:
    if (upload_id := await _upload(ctx, said.argument)) is not None:
        done = await undo_upload.undo(ctx.work, ctx.rules, upload_id, by=ctx.member)
        return Reply(upload_undone(done.upload, done.undone, done.left, done.asked), private=True)
    bookings = await _meant(ctx, said.argument)
    wishes = [await wish_undo(ctx.work, ctx.rules, one, ctx.member) for one in bookings]
    return Reply("\n".join(wish.sentence for wish in wishes), private=True)


async def _upload(ctx: Context, argument: str) -> int | None:
    """F3 where no order is called so, or a file's name as it was sent."""
    name = argument.strip("“”\"' ")
    if await _order(ctx, name) is not None:
        return None
    called = await ctx.work.uploads.called(name) if name else []
    if len(called) > 1:
        raise Refusal("upload_which", name=name, count=len(called), example=upload_name(called[0].upload_id))
    return called[0].upload_id if called else upload_id_in(argument)


async def _meant(ctx: Context, argument: str) -> list[Booking]:
    """All bookings of T12; of one order where its number is given as well, or alone and there is one booking only."""
    transaction_id = transaction_id_in(argument)
    words = argument.split()
    orders = [one for word in words if (one := await _order(ctx, word)) is not None]
    if transaction_id is not None:
        bookings = await ctx.work.payments.bookings_of(transaction_ids=[transaction_id])
        if orders:
            bookings = [one for one in bookings if one.receivable_id == orders[0].receivable_id]
        if not bookings:
            raise Refusal("nothing_booked", what=argument)
        return bookings
    if not orders:
        raise Refusal("undo_missing")
    bookings = await ctx.work.payments.bookings_of(receivable_id=orders[0].receivable_id)
    if not bookings:
        raise Refusal("nothing_booked", what=orders[0].order_no)
    if len(bookings) > 1:
        raise Refusal("undo_which", what=orders[0].order_no, count=len(bookings), number=bookings[-1].transaction_id)
    return bookings


async def _order(ctx: Context, word: str) -> KeptReceivable | None:
    found = await ctx.work.receivables.search(word, seen_by=ctx.member, only_open=False, limit=5)
    return next((one for one in found if key_of(one.order_no) == key_of(word)), None)


async def tap(ctx: Context, tapped: Tapped) -> Reply | None:
    card = await ctx.work.card(tapped.task_id)
    text = card.text if card is not None else ""
    asker = await ctx.work.members.get(tapped.argument)
    if tapped.action == PaymentTaps.KEEP:
        ending = f"{ctx.member.name}没有同意"
    elif await _undone(ctx, tapped.subject, fold(tapped.argument)):
        ending = f"{ctx.member.name}同意，已撤销"
    else:
        ending = "之前已经撤销过了"
    for task_id, _ in await ctx.work.open_cards(about_undo(tapped.subject)):
        await ctx.work.settle_card(task_id, Card("撤销入账", ending, text, url=ctx.rules.url))
    if tapped.action == PaymentTaps.KEEP and asker is not None:
        key = f"{about_undo(tapped.subject)}:answer:{ctx.work.cause}"
        await ctx.work.say([asker], f"{ending}：{text}", key, Urgency.ANSWER)
    return None


async def _undone(ctx: Context, subject: str, asked_by: UserId) -> bool:
    if (upload_id := upload_id_in(subject)) is not None:
        done = await undo_upload.undo(ctx.work, ctx.rules, upload_id, by=ctx.member, asked_by=asked_by)
        return bool(done.undone)
    if (transaction_id := transaction_id_in(subject)) is not None:
        return not (await accept(ctx.work, ctx.rules, transaction_id, ctx.member, asked_by=asked_by)).was_done
    return await undo(ctx.work, ctx.rules, int(subject), ctx.member, asked_by=asked_by) is not None
