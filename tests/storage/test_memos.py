"""Memos are stored once for each message (N1, N5)."""

from datetime import UTC, datetime

from domain.memos import MemoKind, MemoState
from storage.database import Database
from storage.unit_of_work import begin_work

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


async def test_the_same_message_is_one_memo(database: Database) -> None:
    """A voice that is decoded twice, or a callback that comes again, must not be two memos."""
    async with begin_work(database, NOW, actor="lisi", cause="m1") as work:
        first = await work.memos.add("m1", "lisi", "voice", recorded_at=NOW)
        again = await work.memos.add("m1", "lisi", "voice", recorded_at=NOW)
        other = await work.memos.add("m2", "lisi", "text", recorded_at=NOW, text="说了什么")
    assert first == again != other
    async with begin_work(database, NOW, actor="lisi") as work:
        memo = await work.memos.with_key("m1")
        assert memo is not None
        assert (memo.kind, memo.state, memo.version) == (MemoKind.VOICE, MemoState.WAITING_FOR_WORDS, 1)
        assert len(await work.audit.of(f"memo:{first}", 5)) == 1
