"""The pages that only show: transactions by state and by words, one of them, an order, the statements."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from aiohttp import web

from chat.texts.payments import written_fen
from chat.texts.statements import file_wrong, layout_name, receivable_wrong, row_wrong
from domain.ids import upload_id_in, upload_name
from storage.payments import TransactionState
from storage.unit_of_work import Work
from storage.uploads import RECEIVABLES, Upload
from web.finance.door import PATH, Door, number_in, words_in
from web.finance.export import MOST_XLSX_ROWS, Line, lines_of, send_csv, send_xlsx
from web.finance.ledger import STATES, BookedPart, Choice, choices_of, entries_of, when
from web.pages import sentence_page

SHOWN = 30
EXPORTED_AT_ONCE = 500
UPLOADS_SHOWN = 20
ORDERS_FOUND = 10
TABS = (
    TransactionState.WAITING,
    TransactionState.UNMATCHED,
    TransactionState.BOOKED,
    TransactionState.IGNORED,
    TransactionState.DUPLICATE,
)
"""What is to be done first."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which transactions, as the address says; without a word of it, those that wait for finance."""

    state: TransactionState | None = TransactionState.WAITING
    words: str = ""
    upload_id: int | None = None
    after: int | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Wanted:
        said = query.get("state", "" if query.get("q") or query.get("upload") else TransactionState.WAITING.value)
        return cls(
            state=next((state for state in TransactionState if state.value == said), None),
            words=words_in(query.get("q", "")),
            upload_id=upload_id_in(query.get("upload", "")),
            after=number_in(query.get("after", "")),
        )

    def address(self, path: str = PATH) -> str:
        asked = {
            "state": self.state.value if self.state is not None else "all",
            "q": self.words,
            "upload": upload_name(self.upload_id) if self.upload_id is not None else "",
            "after": str(self.after or ""),
        }
        return f"{path}?{urlencode({name: value for name, value in asked.items() if value})}"

    def of_state(self, state: TransactionState | None) -> str:
        return replace(self, state=state, after=None).address()


@dataclass(frozen=True, slots=True)
class Tab:
    title: str
    count: int | None
    href: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class ShownUpload:
    upload: Upload
    name: str
    number: str
    href: str
    received: str
    layout: str
    by: str
    counts: tuple[tuple[str, int, str], ...]
    """State, how many, and where they are."""
    problem: str
    is_under_way: bool
    is_list: bool
    """Of receivables."""


class Showing:
    def __init__(self, door: Door) -> None:
        self._door = door

    async def transactions(self, request: web.Request) -> web.StreamResponse:
        member = await self._door.looking(request)
        wanted = Wanted.of(request.query)
        async with self._door.look() as work:
            found = await work.payments.search(
                wanted.words, state=wanted.state, upload_id=wanted.upload_id, after=wanted.after, limit=SHOWN + 1
            )
            entries = await entries_of(work, self._door.rules, found[:SHOWN])
            surplus = await work.payments.surplus(SHOWN) if wanted == Wanted(TransactionState.UNMATCHED) else []
            with_surplus = await entries_of(work, self._door.rules, surplus)
            counts = await work.payments.counts(wanted.upload_id)
            upload = await work.uploads.find(wanted.upload_id) if wanted.upload_id is not None else None
        more = ""
        if len(found) > SHOWN:
            more = replace(wanted, after=found[SHOWN - 1].transaction_id).address()
        return self._door.show(
            request,
            member,
            "transactions",
            entries=entries,
            surplus=with_surplus,
            tabs=_tabs(wanted, counts),
            wanted=wanted,
            of_upload=_title(upload) if upload is not None else "",
            upload_number=upload_name(wanted.upload_id) if wanted.upload_id is not None else "",
            is_waiting=wanted.state is TransactionState.WAITING,
            more=more,
            first=replace(wanted, after=None).address() if wanted.after else "",
            export=replace(wanted, after=None).address(""),
            dropped="dropped" in request.query,
        )

    async def transaction(self, request: web.Request) -> web.StreamResponse:
        member = await self._door.looking(request)
        words = words_in(request.query.get("find", ""))
        async with self._door.look() as work:
            transaction_id = number_in(request.match_info["number"])
            stored = await work.payments.find(transaction_id) if transaction_id else None
            if stored is None:
                raise sentence_page(web.HTTPNotFound, "没有这笔流水。")
            (entry,) = await entries_of(work, self._door.rules, [stored])
            choices: Sequence[Choice] = entry.choices
            if words:
                amount = written_fen(words)
                orders = await work.receivables.search(words, seen_by=member, amount=amount, limit=ORDERS_FOUND)
                choices = choices_of(replace(stored, proposal=()), orders)
            upload = await work.uploads.find(stored.upload_id) if stored.upload_id is not None else None
            is_taken_back = await work.reversals.holds_back(stored.transaction_id)
        return self._door.show(
            request,
            member,
            "transaction",
            entry=entry,
            is_taken_back=is_taken_back,
            choices=choices,
            words=words,
            upload=_title(upload) if upload is not None else "",
            upload_href=upload_href(upload) if upload is not None else "",
        )

    async def order(self, request: web.Request) -> web.StreamResponse:
        member = await self._door.looking(request)
        rules = self._door.rules
        async with self._door.look() as work:
            order = await work.receivables.numbered(words_in(request.query.get("no", ""), 200))
            if order is None:
                raise sentence_page(web.HTTPNotFound, "没有这个订单的应收。")
            bookings = await work.payments.bookings_of(receivable_id=order.receivable_id)
            found = await work.payments.with_ids(one.transaction_id for one in bookings)
            entries = {
                entry.stored.transaction_id: entry for entry in await entries_of(work, rules, list(found.values()))
            }
            owner = await work.members.get(order.owner)
        booked = [(entries[one.transaction_id], BookedPart(one, order, when(rules, one.at))) for one in bookings]
        earlier = order.received - sum(one.amount for one in bookings)
        return self._door.show(
            request, member, "order", order=order, booked=booked, earlier=earlier, owner=owner.name if owner else ""
        )

    async def uploads(self, request: web.Request) -> web.StreamResponse:
        member = await self._door.looking(request)
        offset = number_in(request.query.get("from", "")) or 0
        async with self._door.look() as work:
            found = await work.uploads.latest(UPLOADS_SHOWN + 1, offset)
            shown = [await self._shown(work, one) for one in found[:UPLOADS_SHOWN]]
        more = f"{PATH}/uploads?from={offset + UPLOADS_SHOWN}" if len(found) > UPLOADS_SHOWN else ""
        return self._door.show(request, member, "uploads", uploads=shown, more=more)

    async def upload(self, request: web.Request) -> web.StreamResponse:
        member = await self._door.looking(request)
        async with self._door.look() as work:
            upload_id = upload_id_in(request.match_info["number"])
            upload = await work.uploads.find(upload_id) if upload_id is not None else None
            if upload is None:
                raise sentence_page(web.HTTPNotFound, "没有这份对账单。")
            shown = await self._shown(work, upload)
            bookings = await work.payments.bookings_of(upload_id=upload.upload_id)
        return self._door.show(
            request,
            member,
            "upload",
            shown=shown,
            unreadable=[receivable_wrong(row) if shown.is_list else row_wrong(row) for row in upload.unreadable],
            booked=len(bookings),
            booked_fen=sum(one.amount for one in bookings),
        )

    async def _shown(self, work: Work, upload: Upload) -> ShownUpload:
        rules = self._door.rules
        who = await work.members.get(upload.by)
        counts = await work.payments.counts(upload.upload_id)
        wanted = Wanted(upload_id=upload.upload_id)
        return ShownUpload(
            upload=upload,
            name=_title(upload),
            number=upload_name(upload.upload_id),
            href=upload_href(upload),
            received=when(rules, upload.received_at),
            layout=layout_name(upload.layout) if upload.layout else "",
            by=who.name if who else "",
            counts=tuple((STATES[state], counts[state], wanted.of_state(state)) for state in TABS if counts.get(state)),
            problem=file_wrong(upload.problem) if upload.problem is not None else "",
            is_under_way=upload.done_at is None and upload.problem is None,
            is_list=upload.layout == RECEIVABLES,
        )

    async def export_csv(self, request: web.Request) -> web.StreamResponse:
        await self._door.looking(request)
        return await send_csv(request, self._file_name(request, "csv"), self._lines(Wanted.of(request.query)))

    async def export_xlsx(self, request: web.Request) -> web.StreamResponse:
        await self._door.looking(request)
        made = await send_xlsx(self._file_name(request, "xlsx"), self._lines(Wanted.of(request.query)))
        if made is None:
            raise sentence_page(
                web.HTTPBadRequest,
                f"超过 {MOST_XLSX_ROWS:,} 行，Excel 一次装不下。请先按状态或对账单缩小范围，或者导出 CSV。",
            )
        return made

    def _file_name(self, request: web.Request, kind: str) -> str:
        state = Wanted.of(request.query).state
        day = f"{self._door.rules.local(self._door.clock.now()):%Y-%m-%d}"
        return f"流水_{STATES[state] if state is not None else '全部'}_{day}.{kind}"

    async def _lines(self, wanted: Wanted) -> AsyncIterator[Sequence[Line]]:
        """Each piece in a look of its own, so that a slow reader holds no connection."""
        while True:
            async with self._door.look() as work:
                found = await work.payments.search(
                    wanted.words, state=wanted.state, upload_id=wanted.upload_id, after=wanted.after,
                    limit=EXPORTED_AT_ONCE,
                )  # fmt: skip
                entries = await entries_of(work, self._door.rules, found)
            if not found:
                return
            yield lines_of(entries)
            wanted = replace(wanted, after=found[-1].transaction_id)


def _tabs(wanted: Wanted, counts: Mapping[TransactionState, int]) -> list[Tab]:
    """Counted as long as no words are looked for."""
    tabs = [
        Tab(
            STATES[state], None if wanted.words else counts.get(state, 0), wanted.of_state(state), state is wanted.state
        )
        for state in TABS
    ]
    total = None if wanted.words else sum(counts.values())
    return [*tabs, Tab("全部", total, wanted.of_state(None), wanted.state is None)]


def _title(upload: Upload) -> str:
    return upload.file_name or upload_name(upload.upload_id)


def upload_href(upload: Upload) -> str:
    return f"{PATH}/uploads/{upload_name(upload.upload_id)}"
