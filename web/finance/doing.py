"""The forms that change something: each transaction in a unit of work of its own, and each told what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from actions import undo_upload
from actions.book_payment import Done, confirm, reject, wish_undo
from actions.reverse_payments import accept, let_stand
from chat.texts.errors import sentence
from chat.texts.payments import money, still_open, waits_for
from domain.ids import transaction_name, upload_id_in
from domain.people import Member
from domain.refusal import Refusal
from notify.payments import was_quicker
from notify.uploads import upload_undone
from storage.database import DATABASE_AWAY
from storage.unit_of_work import Work
from web.finance.door import PATH, Door, Outcome, number_in, words_in
from web.finance.showing import SHOWN

log = structlog.get_logger()

NO_VERSION = -1
"""Of a form that was made up: fits none."""

Act = Callable[[Work, Member], Awaitable[Outcome]]


class Doing:
    def __init__(self, door: Door) -> None:
        self._door = door

    async def decide(self, request: web.Request) -> web.Response:
        """Confirms what was picked, or says none of these; whatever another was quicker with is named."""
        member = await self._door.acting(request)
        form = await self._door.form(request)
        picked = [one for text in form.getall("pick", []) if (one := number_in(text)) is not None][:SHOWN]
        back = form.get("back", PATH)
        if not picked:
            nothing = Outcome("没有选流水。回去在要处理的流水前面打勾，再点一次。", is_good=False)
            return self._door.result(request, member, "没有改动", [nothing], back)
        is_reject = form.get("do") == "reject"
        outcomes = []
        for transaction_id in picked:
            version = number_in(form.get(f"version-{transaction_id}"))
            choice = words_in(form.get(f"choice-{transaction_id}", ""), 200)
            act = self._rejecting(transaction_id, version)
            if not is_reject:
                act = self._confirming(transaction_id, version, choice, is_one_of_many=len(picked) > 1)
            outcomes.append(await self._do(member, act, transaction_id))
        done = sum(one.is_good for one in outcomes)
        title = f"{done} 笔{'标为未匹配' if is_reject else '入账'}"
        if done < len(outcomes):
            title += f"，{len(outcomes) - done} 笔没有改动"
        return self._door.result(request, member, title, outcomes, back)

    def _confirming(self, transaction_id: int, version: int | None, choice: str, *, is_one_of_many: bool) -> Act:
        async def act(work: Work, member: Member) -> Outcome:
            if not choice:
                return Outcome("没有选订单，没有入账。", is_good=False)
            done = await confirm(
                work,
                self._door.rules,
                transaction_id,
                choice,
                version=NO_VERSION if version is None else version,
                is_one_of_many=is_one_of_many,
            )
            return await _outcome(work, done, await _booked(work, done))

        return act

    def _rejecting(self, transaction_id: int, version: int | None) -> Act:
        async def act(work: Work, member: Member) -> Outcome:
            version_seen = NO_VERSION if version is None else version
            done = await reject(work, self._door.rules, transaction_id, version=version_seen)
            return await _outcome(work, done, "标为未匹配，订单没有变。")

        return act

    async def undo(self, request: web.Request) -> web.Response:
        member = await self._door.acting(request)
        form = await self._door.form(request)
        booking_id = number_in(form.get("booking"))

        async def act(work: Work, member: Member) -> Outcome:
            booking = await work.payments.booking(booking_id) if booking_id is not None else None
            if booking is None:
                return Outcome("这笔入账已经撤销过了，你这次没有改动。", is_good=False)
            wish = await wish_undo(work, self._door.rules, booking, member)
            return Outcome(wish.sentence, is_good=wish.is_done)

        return self._door.result(request, member, "撤销入账", [await self._do(member, act)], form.get("back", PATH))

    async def undo_upload(self, request: web.Request) -> web.Response:
        member = await self._door.acting(request)
        form = await self._door.form(request)
        upload_id = upload_id_in(str(form.get("upload", ""))) or 0

        async def act(work: Work, member: Member) -> Outcome:
            done = await undo_upload.undo(work, self._door.rules, upload_id, by=member)
            said = upload_undone(done.upload, done.undone, done.left, done.asked)
            return Outcome(said, is_good=bool(done.undone))

        return self._door.result(request, member, "撤销对账单", [await self._do(member, act)], form.get("back", PATH))

    async def reversal(self, request: web.Request) -> web.Response:
        """The bank has taken a payment back: it is undone, or it was another one."""
        member = await self._door.acting(request)
        form = await self._door.form(request)
        transaction_id = number_in(form.get("transaction")) or 0

        async def act(work: Work, member: Member) -> Outcome:
            was_done = Outcome("的冲正已经处理过了，你这次没有改动。", is_good=False)
            if form.get("do") == "stands":
                stands = await let_stand(work, self._door.rules, transaction_id, member)
                return Outcome("不是被冲正的那笔，入账没有动。") if stands else was_done
            settled = await accept(work, self._door.rules, transaction_id, member)
            if settled.asked:
                return Outcome(f"的{waits_for(one.name for one in settled.asked)}", is_good=False)
            undone = len(settled.undone)
            said = Outcome(f"的 {undone} 笔入账撤销了，相关的人会收到更正。" if undone else "标为不计。")
            return was_done if settled.was_done else said

        outcome = await self._do(member, act, transaction_id)
        return self._door.result(request, member, "冲正", [outcome], form.get("back", PATH))

    async def _do(self, member: Member, act: Act, transaction_id: int | None = None) -> Outcome:
        """In a unit of work of its own. Of a transaction its name stands in front, and the outcome leads to it."""
        try:
            async with self._door.work(member) as work:
                outcome = await act(work, member)
        except Refusal as refusal:
            outcome = Outcome(f"没有改动：{sentence(refusal)}", is_good=False)
        except DATABASE_AWAY as error:
            log.warning("page_waits_for_database", error=type(error).__name__)
            outcome = Outcome("数据库没有应答，过一会儿打开看有没有办成。", is_good=False)
        if transaction_id is None:
            return outcome
        return Outcome(
            f"{transaction_name(transaction_id)} {outcome.text}", outcome.is_good, f"{PATH}/t/{transaction_id}"
        )


async def _outcome(work: Work, done: Done, said: str) -> Outcome:
    return Outcome(await was_quicker(work, done.stored), is_good=False) if done.was_done else Outcome(said)


async def _booked(work: Work, done: Done) -> str:
    orders = await work.receivables.with_ids(one.receivable_id for one in done.bookings)
    parts = [
        f"{orders[one.receivable_id].customer} {orders[one.receivable_id].order_no} {money(one.amount)}，"
        f"{still_open(orders[one.receivable_id].open)}"
        for one in done.bookings
    ]
    rest = f"；还有 {money(done.stored.unallocated)}没分配" if done.stored.unallocated else ""
    return f"已入账：{'；'.join(parts)}{rest}。"
