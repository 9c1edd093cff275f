"""What was said about a customer, what was understood of it, and what the speaker put right."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import BigId, document, identity, metadata, moment, text

memos = sa.Table(
    "memos",
    metadata,
    identity(),
    sa.Column("message_key", sa.Text, nullable=False, unique=True),
    sa.Column("sender", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    moment("recorded_at", nullable=False),
    sa.Column("visit_id", BigId, sa.ForeignKey("visits.id"), nullable=True, index=True),
    sa.Column("customer_id", BigId, sa.ForeignKey("customers.id"), nullable=True, index=True),
    text("text"),
    text("state", "waiting_for_words"),
    text("problem"),
    sa.Column("seconds", sa.Float, nullable=True),
    # As the program understood it, and as it stands after the corrections; null until there are words.
    sa.Column("understood", sa.JSON, nullable=True),
    sa.Column("facts", sa.JSON, nullable=True),
    sa.Column("version", sa.Integer, nullable=False, default=1, server_default="1"),
    moment("understood_at"),
    moment("confirmed_at"),
)
sa.Index("ix_memos_sender", memos.c.sender, memos.c.id)

memo_corrections = sa.Table(
    "memo_corrections",
    metadata,
    identity(),
    sa.Column("memo_id", BigId, sa.ForeignKey("memos.id"), nullable=False, index=True),
    sa.Column("field", sa.Text, nullable=False),
    sa.Column("original", sa.JSON, nullable=True),
    sa.Column("corrected", sa.JSON, nullable=True),
    sa.Column("said", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    moment("at", nullable=False),
    text("message_key"),
)

# What all memos of a customer come to, so that lists and searches need not read them; the audit log has its history.
customer_profiles = sa.Table(
    "customer_profiles",
    metadata,
    sa.Column("customer_id", BigId, sa.ForeignKey("customers.id"), primary_key=True, autoincrement=False),
    document("profile"),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("points", sa.Integer, nullable=False),
    document("reasons"),
    moment("updated_at", nullable=False),
)

script_uses = sa.Table(
    "script_uses",
    metadata,
    identity(),
    sa.Column("script", sa.Text, nullable=False, index=True),
    sa.Column("userid", sa.Text, nullable=False),
    sa.Column("customer_id", BigId, sa.ForeignKey("customers.id"), nullable=True),
    sa.Column("why", sa.Text, nullable=False),
    moment("at", nullable=False),
    sa.Column("message_key", sa.Text, nullable=False),
    # The same message tried again counts once.
    sa.UniqueConstraint("message_key", "script"),
)
