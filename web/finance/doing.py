"""The forms that change something: each transaction in a unit of work of its own, and each told what came of it."""

from __future__ import annotations

from aiohttp import web

from actions import undo_upload
from actions.book_payment import Done, confirm, reject, wish_undo
from actions.reverse_payments import accept, let_stand
from chat.texts.errors import sentence
from chat.texts.payments import money, still_open
from domain.ids import transaction_name, upload_id_in
from domain.people import Member
from domain.refusal import Refusal
from notify.payments import was_quicker
from notify.uploads import upload_undone
from storage.unit_of_work import Work
from web.finance.door import PATH, Door, Outcome, number_in, words_in
from web.finance.showing import SHOWN


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
            if is_reject:
                outcome = await self._reject(member, transaction_id, version)
            else:
                choice = words_in(form.get(f"choice-{transaction_id}", ""), 200)
                outcome = await self._confirm(member, transaction_id, choice, version, is_one_of_many=len(picked) > 1)
            outcomes.append(outcome)
        done = sum(one.is_good for one in outcomes)
        title = f"{done} 笔{'标为未匹配' if is_reject else '入账'}"
        if done < len(outcomes):
            title += f"，{len(outcomes) - done} 笔没有改动"
        return self._door.result(request, member, title, outcomes, back)

    async def _confirm(
        self, member: Member, transaction_id: int, choice: str, version: int | None, *, is_one_of_many: bool
    ) -> Outcome:
        name, href = transaction_name(transaction_id), _href(transaction_id)
        if not choice:
            return Outcome(f"{name} 没有选订单，没有入账。", is_good=False, href=href)
        try:
            async with self._door.work(member) as work:
                done = await confirm(
                    work,
                    self._door.rules,
                    transaction_id,
                    choice,
                    version=version if version is not None else -1,
                    is_one_of_many=is_one_of_many,
                )
                text = await was_quicker(work, done.stored) if done.was_done else await _booked(work, done)
        except Refusal as refusal:
            return Outcome(f"{name} 没有入账：{sentence(refusal)}", is_good=False, href=href)
        return Outcome(f"{name} {text}", is_good=not done.was_done, href=href)

    async def _reject(self, member: Member, transaction_id: int, version: int | None) -> Outcome:
        name, href = transaction_name(transaction_id), _href(transaction_id)
        try:
            async with self._door.work(member) as work:
                done = await reject(
                    work, self._door.rules, transaction_id, version=version if version is not None else -1
                )
                text = await was_quicker(work, done.stored) if done.was_done else "标为未匹配，订单没有变。"
        except Refusal as refusal:
            return Outcome(f"{name} 没有改动：{sentence(refusal)}", is_good=False, href=href)
        return Outcome(f"{name} {text}", is_good=not done.was_done, href=href)

    async def undo(self, request: web.Request) -> web.Response:
        member = await self._door.acting(request)
        form = await self._door.form(request)
        booking_id = number_in(form.get("booking"))
        back = form.get("back", PATH)
        try:
            async with self._door.work(member) as work:
                booking = await work.payments.booking(booking_id) if booking_id is not None else None
                if booking is None:
                    gone = Outcome("这笔入账已经撤销过了，你这次没有改动。", is_good=False)
                    return self._door.result(request, member, "没有改动", [gone], back)
                wish = await wish_undo(work, self._door.rules, booking, member)
        except Refusal as refusal:
            return self._door.result(request, member, "没有撤销", [Outcome(sentence(refusal), is_good=False)], back)
        title = "撤销了" if wish.is_done else "等另一位同意" if wish.asked else "没有改动"
        return self._door.result(request, member, title, [Outcome(wish.sentence, is_good=wish.is_done)], back)

    async def reversal(self, request: web.Request) -> web.Response:
        """The bank has taken a payment back: it is undone, or it was another one."""
        member = await self._door.acting(request)
        form = await self._door.form(request)
        transaction_id = number_in(form.get("transaction")) or 0
        back = form.get("back", PATH)
        try:
            async with self._door.work(member) as work:
                outcome = await self._settle(work, member, transaction_id, stands=form.get("do") == "stands")
        except Refusal as refusal:
            outcome = Outcome(sentence(refusal), is_good=False)
        return self._door.result(request, member, "冲正", [outcome], back)

    async def _settle(self, work: Work, member: Member, transaction_id: int, *, stands: bool) -> Outcome:
        name, was_done = transaction_name(transaction_id), "的冲正已经处理过了，你这次没有改动。"
        if stands:
            done = await let_stand(work, self._door.rules, transaction_id, member)
            return Outcome(f"{name} {'不是被冲正的那笔，入账没有动。' if done else was_done}", is_good=done)
        settled = await accept(work, self._door.rules, transaction_id, member)
        if settled.asked:
            names = "、".join(one.name for one in settled.asked)
            return Outcome(f"{name} 的入账超过一天，已请{names}同意，同意了才撤销。", is_good=False)
        if settled.was_done:
            return Outcome(f"{name} {was_done}", is_good=False)
        what = f"的 {len(settled.undone)} 笔入账撤销了，相关的人会收到更正。" if settled.undone else "标为不计。"
        return Outcome(f"{name} {what}")

    async def undo_upload(self, request: web.Request) -> web.Response:
        member = await self._door.acting(request)
        form = await self._door.form(request)
        upload_id = upload_id_in(str(form.get("upload", "")))
        back = form.get("back", PATH)
        try:
            async with self._door.work(member) as work:
                done = await undo_upload.undo(work, self._door.rules, upload_id or 0, by=member)
        except Refusal as refusal:
            return self._door.result(request, member, "没有撤销", [Outcome(sentence(refusal), is_good=False)], back)
        said = upload_undone(done.upload, done.undone, done.left, done.asked)
        title = "撤销了" if done.undone else "等另一位同意" if done.asked else "没有改动"
        return self._door.result(request, member, title, [Outcome(said, is_good=bool(done.undone))], back)


async def _booked(work: Work, done: Done) -> str:
    orders = await work.receivables.with_ids(one.receivable_id for one in done.bookings)
    parts = [
        f"{orders[one.receivable_id].customer} {orders[one.receivable_id].order_no} {money(one.amount)}，"
        f"{still_open(orders[one.receivable_id].open)}"
        for one in done.bookings
    ]
    rest = f"；还有 {money(done.stored.unallocated)}没分配" if done.stored.unallocated else ""
    return f"已入账：{'；'.join(parts)}{rest}。"


def _href(transaction_id: int) -> str:
    return f"{PATH}/t/{transaction_id}"
