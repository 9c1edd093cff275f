"""Customers, leads, who got them, and what runs on them."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import BigId, document, identity, metadata, moment, text

customers = sa.Table(
    "customers",
    metadata,
    identity(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=True),
    moment("created_at", nullable=False),
)

customer_phones = sa.Table(
    "customer_phones",
    metadata,
    sa.Column("phone", sa.Text, primary_key=True),
    sa.Column("customer_id", BigId, sa.ForeignKey("customers.id"), nullable=False, index=True),
)

customer_names = sa.Table(
    "customer_names",
    metadata,
    identity(),
    sa.Column("customer_id", BigId, sa.ForeignKey("customers.id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False, index=True),
    sa.UniqueConstraint("customer_id", "name"),
)

leads = sa.Table(
    "leads",
    metadata,
    identity(),
    sa.Column("customer_id", BigId, sa.ForeignKey("customers.id"), nullable=False, index=True),
    sa.Column("customer", sa.Text, nullable=False),
    sa.Column("phone", sa.Text, nullable=False),
    text("ext"),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    text("remark"),
    sa.Column("grade", sa.Text, nullable=False),
    document("grade_reasons"),
    document("tags"),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=True),
    sa.Column("posted_by", sa.Text, nullable=True),
    moment("posted_at", nullable=False),
    text("chat_id"),
    sa.Column("longitude", sa.Float, nullable=True),
    sa.Column("latitude", sa.Float, nullable=True),
    sa.Column("round", sa.Integer, nullable=False, default=0),
    sa.Column("version", sa.Integer, nullable=False, default=1),
    moment("assigned_at"),
    moment("accepted_at"),
    moment("contacted_at"),
    moment("closed_at"),
    text("closed_why"),
    # The same post stored twice would be two leads: the message and the place in it are one.
    sa.Column("source_key", sa.Text, nullable=False, unique=True),
)
sa.Index("ix_leads_owner_state", leads.c.owner, leads.c.state)
sa.Index("ix_leads_posted", leads.c.posted_at)

assignments = sa.Table(
    "assignments",
    metadata,
    identity(),
    sa.Column("lead_id", BigId, sa.ForeignKey("leads.id"), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("owner", sa.Text, nullable=True),
    document("basis"),
    moment("decided_at", nullable=False),
    moment("ended_at"),
    sa.UniqueConstraint("lead_id", "round"),
)
sa.Index("ix_assignments_owner", assignments.c.owner, assignments.c.decided_at)

activities = sa.Table(
    "activities",
    metadata,
    identity(),
    sa.Column("lead_id", BigId, sa.ForeignKey("leads.id"), nullable=True, index=True),
    sa.Column("customer_id", BigId, sa.ForeignKey("customers.id"), nullable=True, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    moment("at", nullable=False),
    sa.Column("seconds", sa.Integer, nullable=True),
    text("text"),
    text("message_key"),
)

timers = sa.Table(
    "timers",
    metadata,
    identity(),
    sa.Column("lead_id", BigId, sa.ForeignKey("leads.id"), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("rung", sa.Text, nullable=False),
    moment("due_at", nullable=False),
    text("state", "armed"),
    moment("fired_at"),
    sa.UniqueConstraint("lead_id", "round", "rung"),
)
_ARMED = timers.c.state == "armed"
sa.Index("ix_timers_due", timers.c.due_at, sqlite_where=_ARMED, postgresql_where=_ARMED)

pings = sa.Table(
    "pings",
    metadata,
    identity(),
    sa.Column("lead_id", BigId, sa.ForeignKey("leads.id"), nullable=False, index=True),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("rung", sa.Text, nullable=False),
    sa.Column("receiver", sa.Text, nullable=False),
    moment("raised_at", nullable=False),
    text("state", "pending"),
    moment("told_at"),
    moment("snoozed_until"),
    text("task_id"),
    sa.UniqueConstraint("lead_id", "round", "rung", "receiver"),
)
_OPEN_PING = pings.c.state.in_(("pending", "snoozed"))
sa.Index("ix_pings_open", pings.c.receiver, sqlite_where=_OPEN_PING, postgresql_where=_OPEN_PING)
