"""Voice memos that wait for their words."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import count, document, identity, metadata, moment, text

transcriptions = sa.Table(
    "transcriptions",
    metadata,
    identity(),
    sa.Column("message_key", sa.Text, nullable=False, unique=True),
    sa.Column("sender", sa.Text, nullable=False),
    document("hints"),
    moment("asked_at", nullable=False),
    text("state", "wanted"),
    count("failures"),
    moment("due_at", nullable=False),
    count("token"),
    moment("lease_until"),
    text("words"),
    text("engine"),
    sa.Column("seconds", sa.Float, nullable=True),
    text("problem"),
    moment("done_at"),
)
WANTED = transcriptions.c.state.in_(("wanted", "leased"))
sa.Index("ix_transcriptions_wanted", transcriptions.c.due_at, sqlite_where=WANTED, postgresql_where=WANTED)
