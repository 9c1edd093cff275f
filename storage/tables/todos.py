"""What somebody owes."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import BigId, count, identity, metadata, moment, text

todos = sa.Table(
    "todos",
    metadata,
    identity(),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("lead_id", BigId, sa.ForeignKey("leads.id"), nullable=True, index=True),
    sa.Column("customer_id", BigId, sa.ForeignKey("customers.id"), nullable=True, index=True),
    sa.Column("memo_id", BigId, nullable=True, index=True),
    text("title"),
    moment("created_at", nullable=False),
    moment("due_at", nullable=False),
    text("state", "open"),
    moment("done_at"),
    moment("next_reminder_at"),
    count("reminders_sent"),
)
_IS_OPEN = todos.c.state == "open"
sa.Index("ix_todos_owner", todos.c.owner, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN)
sa.Index("ix_todos_reminder", todos.c.next_reminder_at, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN)
