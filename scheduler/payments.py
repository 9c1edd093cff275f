"""Statements are read, transactions judged, and everybody told (P1-P3). Each step is a row's state, so that a process
that dies between two of them is taken up by the next one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

import structlog

from actions import judge_payments
from actions.judge_payments import Batch
from actions.keep_receivables import AT_ONCE as KEPT_AT_ONCE
from actions.keep_receivables import keep_all
from actions.reverse_payments import look_for_reversals
from actions.take_transactions import AT_ONCE, take
from domain.payments import BankTransaction
from domain.statements import Problem
from media.store import DamagedOriginal
from notify.alarms import alarm
from notify.uploads import tell_finished
from scheduler.apart import apart, read_apart
from scheduler.clock import Clock
from settings.house import HouseRules
from statements.files import read_file
from statements.problems import StatementError
from statements.reading import Statement
from statements.receivables import ReceivableList
from storage.database import DATABASE_AWAY, Database, Wake
from storage.payments import Source, something_new
from storage.receivables import Kept
from storage.reversals import something_found
from storage.unit_of_work import begin_work, look
from storage.uploads import RECEIVABLES, Upload, something_undone

log = structlog.get_logger()

POLL = 2.0
ACTOR = "payments"
HEAVY_ROWS = 5_000
"""From here on they are judged in a process of its own."""


class Payments:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        rules: HouseRules,
        bytes_of: Callable[[str], Awaitable[bytes]],
        *,
        reached: Callable[[str], None] = lambda point: None,
    ) -> None:
        """`bytes_of` gives an uploaded file by its checksum."""
        self._database = database
        self._clock = clock
        self._rules = rules
        self._bytes_of = bytes_of
        self._reached = reached
        self._stopping = False

    async def run(self) -> None:
        while not self._stopping:
            try:
                await self.sweep()
            except DATABASE_AWAY as error:
                log.warning("payments_wait_for_database", error=type(error).__name__)
            await self._database.woken(Wake.PAYMENTS, POLL)

    def stop(self) -> None:
        self._stopping = True
        self._database.wake(Wake.PAYMENTS)

    async def sweep(self) -> None:
        """Does all there is to do. Looked up by reading, so that an idle sweep does not hold the one writer."""
        async with self._database.reading() as connection:
            uploads = await something_undone(connection)
            new = await something_new(connection) or await something_found(connection)
        if uploads:
            await self._read_uploads()
        if uploads or new:
            await self._judge_all()
            await self._finish()

    # files

    async def _read_uploads(self) -> None:
        async with begin_work(self._database, self._clock.now(), actor=ACTOR) as work:
            wanted = await work.uploads.undone("wanted")
        for upload in wanted:
            if not self._stopping:
                await self._read(upload)

    async def _read(self, upload: Upload) -> None:
        try:
            data = await self._bytes_of(upload.sha256)
            read = await read_apart(read_file, data, upload.file_name, self._rules)
        except StatementError as error:
            await self._failed(upload, error.problem)
            return
        except (FileNotFoundError, DamagedOriginal):
            await self._failed(upload, Problem.LOST)
            return
        except OSError as error:
            # The store is out of reach: the next pass tries again.
            log.warning("statement_waits", upload=upload.upload_id, error=str(error))
            return
        except Exception:
            # A file must not stop those behind it, whatever is in it.
            log.exception("statement_stumbled", upload=upload.upload_id)
            await self._failed(upload, Problem.STUMBLED)
            return
        if isinstance(read, ReceivableList):
            await self._keep_receivables(upload, read)
        else:
            await self._keep_transactions(upload, read)

    async def _keep_transactions(self, upload: Upload, statement: Statement) -> None:
        repeated = 0
        rows = statement.transactions
        for at in range(0, len(rows), AT_ONCE):
            if self._stopping:
                return
            repeated += await self._store(upload, rows[at : at + AT_ONCE])
        async with begin_work(self._database, self._clock.now(), actor=ACTOR, cause=_cause(upload)) as work:
            await work.uploads.was_read(
                upload, layout=statement.layout, rows=len(rows), repeated=repeated, unreadable=statement.unreadable
            )
        log.info("statement_read", upload=upload.upload_id, rows=len(rows), unreadable=len(statement.unreadable))

    async def _keep_receivables(self, upload: Upload, read: ReceivableList) -> None:
        counts = Counter[Kept]()
        wrong = list(read.unreadable)
        for at in range(0, len(read.listed), KEPT_AT_ONCE):
            if self._stopping:
                return
            piece = read.listed[at : at + KEPT_AT_ONCE]
            async with begin_work(self._database, self._clock.now(), actor=upload.by, cause=_cause(upload)) as work:
                kept, refused = await keep_all(
                    work, self._rules, [one.receivable for one in piece], since=upload.received_at
                )
            counts += kept
            wrong += [one.refused(refused) for one in piece if one.receivable.order_no in refused]
        wrong.sort(key=lambda row: (row.sheet, row.line))
        async with begin_work(self._database, self._clock.now(), actor=ACTOR, cause=_cause(upload)) as work:
            await work.uploads.was_read(
                upload, layout=RECEIVABLES, rows=counts.total(), repeated=counts[Kept.SAME], unreadable=tuple(wrong)
            )
        log.info("receivables_read", upload=upload.upload_id, rows=counts.total(), unreadable=len(wrong))

    async def _failed(self, upload: Upload, problem: Problem) -> None:
        async with begin_work(self._database, self._clock.now(), actor=ACTOR, cause=_cause(upload)) as work:
            if not await work.uploads.failed(upload, problem):
                return
            await tell_finished(work, self._rules, upload.upload_id)
            if problem is Problem.STUMBLED:
                await alarm(work, "statement_stumbled", {"file": upload.file_name}, once=str(upload.upload_id))

    async def _store(self, upload: Upload, rows: Sequence[BankTransaction]) -> int:
        source = Source(upload.door, upload.by, upload.upload_id)
        async with begin_work(self._database, self._clock.now(), actor=ACTOR, cause=_cause(upload)) as work:
            return (await take(work, rows, source)).repeated

    # judging

    async def _judge_all(self) -> None:
        while not self._stopping:
            async with look(self._database, self._clock.now()) as work:
                batch = await judge_payments.next_batch(work)
            if batch is None:
                return
            try:
                await self._judge(batch)
            except judge_payments.Outdated:
                log.info("payments_judged_again")
                return

    async def _judge(self, batch: Batch) -> None:
        rows = [stored.transaction for stored in batch.transactions]
        heavy = len(rows) + len(batch.receivables) > HEAVY_ROWS
        decisions = await apart(
            judge_payments.judge, rows, batch.receivables, self._rules.settings.payments.own_names, heavy=heavy
        )
        decided = list(zip(batch.transactions, decisions, strict=True))
        size = judge_payments.WRITTEN_AT_ONCE
        for at in range(0, len(decided), size):
            if self._stopping:
                return
            async with begin_work(self._database, self._clock.now(), actor=ACTOR, cause=_first(batch, at)) as work:
                await judge_payments.write(work, batch, decided[at : at + size])
                if batch.is_last and at + size >= len(decided):
                    # In the transaction of the last booking: who is told of it and what was booked cannot part.
                    await judge_payments.tell(work, self._rules)
                    await judge_payments.ask(work, self._rules)
                    await look_for_reversals(work, self._rules)
                self._reached("payments.booked")
            self._reached("payments.committed")

    async def _finish(self) -> None:
        """Whoever sent a statement hears what came of it; what a process that died had booked is told."""
        async with begin_work(self._database, self._clock.now(), actor=ACTOR, cause="payments:finish") as work:
            while await judge_payments.tell(work, self._rules):
                pass
            await look_for_reversals(work, self._rules)
            for upload in await work.uploads.undone("judging"):
                if not await work.payments.is_judged(upload.upload_id):
                    continue
                if await work.uploads.finished(upload):
                    await tell_finished(work, self._rules, upload.upload_id)


def _cause(upload: Upload) -> str:
    return f"upload:{upload.upload_id}"


def _first(batch: Batch, at: int) -> str:
    return f"transaction:{batch.transactions[at].transaction_id}"
