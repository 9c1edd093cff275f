"""Visits, their evidence, where customers are, and what managers found when they looked."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import BigId, count, document, identity, metadata, moment, text

visits = sa.Table(
    "visits",
    metadata,
    identity(),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("customer_id", BigId, sa.ForeignKey("customers.id"), nullable=False, index=True),
    text("product_line"),
    text("state", "open"),
    moment("started_at", nullable=False),
    moment("due_at", nullable=False),
    count("steps"),
    moment("alarm_at"),
    moment("snoozed_until"),
    moment("closed_at"),
    text("closed_by"),
    text("override_reason"),
    sa.Column("todo_id", BigId, sa.ForeignKey("todos.id"), nullable=True),
    # The same message tried again starts no second visit.
    sa.Column("source_key", sa.Text, nullable=False, unique=True),
)
_OPEN = visits.c.state == "open"
# One open visit for each person, whoever starts it and through which door.
sa.Index("uq_visits_one_open", visits.c.owner, unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN)
sa.Index("ix_visits_alarm", visits.c.alarm_at, sqlite_where=_OPEN, postgresql_where=_OPEN)
sa.Index("ix_visits_owner", visits.c.owner, visits.c.started_at)

evidence = sa.Table(
    "evidence",
    metadata,
    identity(),
    sa.Column("visit_id", BigId, sa.ForeignKey("visits.id"), nullable=True, index=True),
    sa.Column("sender", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("message_key", sa.Text, nullable=False, unique=True),
    moment("at", nullable=False),
    text("state", "kept"),
    text("text"),
    sa.Column("latitude", sa.Float, nullable=True),
    sa.Column("longitude", sa.Float, nullable=True),
    document("needs"),
    sa.Column("is_late", sa.Boolean, nullable=False, default=False, server_default=sa.false()),
    text("problem"),
    sa.Column("seen_evidence_id", BigId, nullable=True),
    # Of the picture, in hex (media/photo.py), and of the bytes of pictures, memos and files.
    text("fingerprint"),
    sa.Column("sha256", sa.Text, nullable=False, default="", server_default="", index=True),
)
sa.Index("ix_evidence_sender", evidence.c.sender, evidence.c.at)

customer_places = sa.Table(
    "customer_places",
    metadata,
    sa.Column("customer_id", BigId, sa.ForeignKey("customers.id"), primary_key=True, autoincrement=False),
    sa.Column("latitude", sa.Float, nullable=False),
    sa.Column("longitude", sa.Float, nullable=False),
    text("label"),
    sa.Column("visit_id", BigId, sa.ForeignKey("visits.id"), nullable=False),
    moment("learnt_at", nullable=False),
)

visit_checks = sa.Table(
    "visit_checks",
    metadata,
    sa.Column("visit_id", BigId, sa.ForeignKey("visits.id"), primary_key=True, autoincrement=False),
    sa.Column("by", sa.Text, primary_key=True),
    moment("asked_at", nullable=False),
    text("verdict"),
    text("reason"),
    moment("decided_at"),
)
