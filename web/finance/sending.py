"""Statements sent through the page: received, previewed, and taken when finance says so (P1)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import MultipartReader, web

from chat.texts.statements import file_wrong, layout_name, receivable_wrong, row_wrong
from domain.people import Member
from domain.statements import Problem
from notify.alarms import alarm
from notify.uploads import sent_before
from statements.preview import FIRST_ROWS, ListPreview, Preview
from storage.uploads import RECEIVABLES
from web.finance.door import PATH, Door, Outcome
from web.finance.files import AT_ONCE, Files, NotKept, SentFile
from web.finance.ledger import when
from web.finance.showing import upload_href
from web.pages import sentence_page


@dataclass(frozen=True, slots=True)
class FirstRow:
    paid: str
    payer: str
    amount: int
    remark: str


@dataclass(frozen=True, slots=True)
class PreviewCard:
    name: str
    sealed: str
    problem: str = ""
    before: str = ""
    """The same file was taken: when, by whom, what came of it."""
    before_href: str = ""
    layout: str = ""
    period: str = ""
    known: int = 0
    """Rows that have come in before."""
    preview: Preview | None = None
    owed: ListPreview | None = None
    first_rows: tuple[FirstRow, ...] = ()
    unreadable: tuple[str, ...] = ()
    unreadable_count: int = 0

    @property
    def may_be_taken(self) -> bool:
        return (self.preview is not None and self.preview.rows > 0) or (
            self.owed is not None and self.owed.owed.count > 0
        )


class Sending:
    def __init__(self, door: Door, files: Files) -> None:
        self._door = door
        self._files = files

    async def receive(self, request: web.Request) -> web.StreamResponse:
        member = await self._door.acting(request)
        if request.content_type != "multipart/form-data":
            raise sentence_page(web.HTTPUnsupportedMediaType, "没有收到文件，请回到页面重新选。")
        form: MultipartReader = await request.multipart()
        try:
            received = await self._files.receive(form, self._door.proven(request))
        except ValueError:
            raise sentence_page(web.HTTPBadRequest, "文件没有传完，请回到页面再传一次。") from None
        kept = [one for one in received if isinstance(one, SentFile)]
        not_kept = [Outcome(f"“{one.name}”{one.why}。", is_good=False) for one in received if isinstance(one, NotKept)]
        if kept and not not_kept:
            raise web.HTTPSeeOther(self._preview_address(kept))
        outcomes = [*not_kept, *(Outcome(f"“{one.name}”收到了，还没有入账。") for one in kept)]
        if not outcomes:
            outcomes = [Outcome("没有选文件。回去选网银导出的 CSV、XLS 或 XLSX。", is_good=False)]
        return self._door.result(
            request, member, "有文件没有收", outcomes, self._preview_address(kept) if kept else PATH
        )

    async def preview(self, request: web.Request) -> web.StreamResponse:
        member = await self._door.acting(request)
        sealed = list(dict.fromkeys(request.query.getall("f", [])))[:AT_ONCE]
        sent = [one for text in sealed if (one := self._files.opened(text)) is not None]
        if not sent:
            raise sentence_page(web.HTTPNotFound, "这个预览打不开了，什么都没有入账。请回到财务页面再传一次文件。")
        cards = [await self._card(member, one) for one in sent]
        return self._door.show(
            request, member, "preview", cards=cards, takeable=[one for one in cards if one.may_be_taken]
        )

    async def _card(self, member: Member, sent: SentFile) -> PreviewCard:
        sealed, rules = self._files.sealed(sent), self._door.rules
        async with self._door.look() as work:
            upload = await work.uploads.of_file(sent.sha256)
            if upload is not None and upload.problem is None:
                before = (await sent_before(work, rules, upload, member)).splitlines()[0]
                return PreviewCard(sent.name, sealed, before=before, before_href=upload_href(upload))
        read = await self._files.preview(sent)
        if isinstance(read, Problem):
            if read is Problem.STUMBLED:
                async with self._door.work(member) as work:
                    await alarm(work, "statement_stumbled", {"file": sent.name}, once=sent.sha256)
            return PreviewCard(sent.name, sealed, problem=f"{file_wrong(read)}。")
        if isinstance(read, ListPreview):
            return PreviewCard(
                sent.name,
                sealed,
                layout=layout_name(RECEIVABLES),
                owed=read,
                unreadable=tuple(receivable_wrong(row, is_table=read.is_table) for row in read.unreadable),
                unreadable_count=read.unreadable_count,
            )
        if not read.rows and not read.unreadable_count:
            return PreviewCard(sent.name, sealed, problem="表头认得，但下面一笔流水也没有。")
        period = ""
        if read.first_at is not None and read.last_at is not None:
            first, last = (f"{rules.local(moment):%Y-%m-%d}" for moment in (read.first_at, read.last_at))
            period = first if first == last else f"{first} 至 {last}"
        known = 0
        if read.may_be_looked_up:
            async with self._door.look() as work:
                known = await work.payments.known_among(read.transactions)
        return PreviewCard(
            sent.name,
            sealed,
            layout=layout_name(read.layout),
            period=period,
            known=known,
            preview=read,
            first_rows=tuple(
                FirstRow(when(rules, one.paid_at), one.payer, one.amount, one.remark)
                for one in read.transactions[:FIRST_ROWS]
            ),
            unreadable=tuple(row_wrong(row) for row in read.unreadable),
            unreadable_count=read.unreadable_count,
        )

    async def take(self, request: web.Request) -> web.Response:
        """Two people with the same file at once: one of them has it read, the other is told so."""
        member = await self._door.acting(request)
        form = await self._door.form(request)
        sent = [one for text in form.getall("f", []) if (one := self._files.opened(text)) is not None]
        taken = [await self._take(member, one) for one in sent]
        if len(taken) == 1 and taken[0].is_good:
            raise web.HTTPSeeOther(taken[0].href)
        if not taken:
            taken = [Outcome("没有选文件，什么都没有入账。", is_good=False)]
        good = sum(one.is_good for one in taken)
        return self._door.result(request, member, f"{good} 份文件正在读" if good else "没有改动", taken)

    async def _take(self, member: Member, sent: SentFile) -> Outcome:
        async with self._door.work(member) as work:
            upload, is_new = await work.uploads.want(sent.sha256, by=member.userid, door="web", file_name=sent.name)
            href = upload_href(upload)
            if is_new:
                return Outcome(f"“{sent.name}”正在读，读完在这里看结果。", href=href)
            before = (await sent_before(work, self._door.rules, upload, member)).splitlines()[0]
            return Outcome(before, is_good=False, href=href)

    def _preview_address(self, kept: list[SentFile]) -> str:
        return f"{PATH}/preview?{urlencode([('f', self._files.sealed(one)) for one in kept])}"
