"""All tables. Constraints say "once"; partial unique indexes say "one at a time" (docs/adr/0001, 0002)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa


class UtcMoment(sa.types.TypeDecorator[datetime]):
    """Aware UTC in and out. SQLite has no zones, so it keeps naive UTC there."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone cannot be stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _id() -> sa.Column[int]:
    return sa.Column("id", BigId, primary_key=True, autoincrement=True)


def _text(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, default=default, server_default=default)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, default=0, server_default="0")


def _moment(name: str, *, nullable: bool = True) -> sa.Column[datetime]:
    return sa.Column(name, UtcMoment(), nullable=nullable)


def _json(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON, nullable=False)


inbox = sa.Table(
    "inbox",
    metadata,
    _id(),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("door", sa.Text, nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    _moment("received_at", nullable=False),
    _text("state", "queued"),
    _count("attempts"),
    _moment("due_at", nullable=False),
    _count("token"),
    _moment("lease_until"),
    _moment("done_at"),
    _text("error"),
    _text("trace"),
)
INBOX_WAITING = inbox.c.state.in_(("queued", "leased"))
sa.Index("ix_inbox_line", inbox.c.person, inbox.c.id, sqlite_where=INBOX_WAITING, postgresql_where=INBOX_WAITING)
sa.Index("ix_inbox_waiting", inbox.c.id, sqlite_where=INBOX_WAITING, postgresql_where=INBOX_WAITING)
# One message of a person at a time, whichever replica works on it.
sa.Index(
    "uq_inbox_one_at_a_time",
    inbox.c.person,
    unique=True,
    sqlite_where=inbox.c.state == "leased",
    postgresql_where=inbox.c.state == "leased",
)

outbox = sa.Table(
    "outbox",
    metadata,
    _id(),
    sa.Column("dedupe_key", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("lane", sa.Text, nullable=False),
    sa.Column("urgency", sa.Integer, nullable=False),
    _json("content"),
    _text("about"),
    _text("task_id"),
    _text("fallback_chat"),
    _text("chat_sender"),
    _moment("created_at", nullable=False),
    _moment("due_at", nullable=False),
    _text("state", "queued"),
    _count("attempts"),
    _count("token"),
    _moment("lease_until"),
    sa.Column("rendered", sa.Text, nullable=True),
    _moment("first_called_at"),
    _moment("called_at"),
    _moment("settled_at"),
    _text("msgid"),
    _text("error"),
)
_WAITING = outbox.c.state.in_(("queued", "uncertain"))
_IN_FLIGHT = outbox.c.state.in_(("leased", "calling"))
sa.Index(
    "ix_outbox_waiting", outbox.c.lane, outbox.c.urgency, outbox.c.id, sqlite_where=_WAITING, postgresql_where=_WAITING
)
sa.Index("ix_outbox_about", outbox.c.about)
sa.Index("ix_outbox_called", outbox.c.lane, outbox.c.called_at)
# One push to a receiver at a time: parts and pushes arrive in the order they were said.
sa.Index("uq_outbox_one_at_a_time", outbox.c.lane, unique=True, sqlite_where=_IN_FLIGHT, postgresql_where=_IN_FLIGHT)

cards = sa.Table(
    "cards",
    metadata,
    sa.Column("task_id", sa.Text, primary_key=True),
    sa.Column("userid", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False, index=True),
    _json("card"),
    _moment("created_at", nullable=False),
    _moment("settled_at"),
    _text("msgid"),
)

card_codes = sa.Table(
    "card_codes",
    metadata,
    _id(),
    sa.Column("task_id", sa.Text, nullable=False, index=True),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    _moment("got_at", nullable=False),
    _moment("used_at"),
)

members = sa.Table(
    "members",
    metadata,
    sa.Column("userid", sa.Text, primary_key=True),
    sa.Column("wecom_userid", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    _json("roles"),
    _text("team"),
    _text("region"),
    _json("product_lines"),
    _json("skills"),
    sa.Column("manager", sa.Text, nullable=True),
    _text("status", "active"),
    _text("frozen_why"),
    _json("leave"),
    sa.Column("version", sa.BigInteger, nullable=False, server_default="0", index=True),
)

identities = sa.Table(
    "identities",
    metadata,
    sa.Column("bot_userid", sa.Text, primary_key=True),
    sa.Column("userid", sa.Text, sa.ForeignKey("members.userid"), nullable=False),
    _moment("bound_at", nullable=False),
)

customers = sa.Table(
    "customers",
    metadata,
    _id(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=True),
    _moment("created_at", nullable=False),
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
    _id(),
    sa.Column("customer_id", BigId, sa.ForeignKey("customers.id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False, index=True),
    sa.UniqueConstraint("customer_id", "name"),
)

leads = sa.Table(
    "leads",
    metadata,
    _id(),
    sa.Column("customer_id", BigId, sa.ForeignKey("customers.id"), nullable=False, index=True),
    sa.Column("customer", sa.Text, nullable=False),
    sa.Column("phone", sa.Text, nullable=False),
    _text("ext"),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    _text("remark"),
    sa.Column("grade", sa.Text, nullable=False),
    _json("grade_reasons"),
    _json("tags"),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=True),
    sa.Column("posted_by", sa.Text, nullable=True),
    _moment("posted_at", nullable=False),
    _text("chat_id"),
    sa.Column("longitude", sa.Float, nullable=True),
    sa.Column("latitude", sa.Float, nullable=True),
    sa.Column("round", sa.Integer, nullable=False, default=0),
    sa.Column("version", sa.Integer, nullable=False, default=1),
    _moment("assigned_at"),
    _moment("accepted_at"),
    _moment("contacted_at"),
    _moment("closed_at"),
    _text("closed_why"),
    # The same post stored twice would be two leads: the message and the place in it are one.
    sa.Column("source_key", sa.Text, nullable=False, unique=True),
)
sa.Index("ix_leads_owner_state", leads.c.owner, leads.c.state)
sa.Index("ix_leads_posted", leads.c.posted_at)

assignments = sa.Table(
    "assignments",
    metadata,
    _id(),
    sa.Column("lead_id", BigId, sa.ForeignKey("leads.id"), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("owner", sa.Text, nullable=True),
    _json("basis"),
    _moment("decided_at", nullable=False),
    _moment("ended_at"),
    sa.UniqueConstraint("lead_id", "round"),
)
sa.Index("ix_assignments_owner", assignments.c.owner, assignments.c.decided_at)

activities = sa.Table(
    "activities",
    metadata,
    _id(),
    sa.Column("lead_id", BigId, sa.ForeignKey("leads.id"), nullable=True, index=True),
    sa.Column("customer_id", BigId, sa.ForeignKey("customers.id"), nullable=True, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    _moment("at", nullable=False),
    sa.Column("seconds", sa.Integer, nullable=True),
    _text("text"),
    _text("message_key"),
)

timers = sa.Table(
    "timers",
    metadata,
    _id(),
    sa.Column("lead_id", BigId, sa.ForeignKey("leads.id"), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("rung", sa.Text, nullable=False),
    _moment("due_at", nullable=False),
    _text("state", "armed"),
    _moment("fired_at"),
    sa.UniqueConstraint("lead_id", "round", "rung"),
)
_ARMED = timers.c.state == "armed"
sa.Index("ix_timers_due", timers.c.due_at, sqlite_where=_ARMED, postgresql_where=_ARMED)

pings = sa.Table(
    "pings",
    metadata,
    _id(),
    sa.Column("lead_id", BigId, sa.ForeignKey("leads.id"), nullable=False, index=True),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("rung", sa.Text, nullable=False),
    sa.Column("receiver", sa.Text, nullable=False),
    _moment("raised_at", nullable=False),
    _text("state", "pending"),
    _moment("told_at"),
    _moment("snoozed_until"),
    _text("task_id"),
    sa.UniqueConstraint("lead_id", "round", "rung", "receiver"),
)
_OPEN_PING = pings.c.state.in_(("pending", "snoozed"))
sa.Index("ix_pings_open", pings.c.receiver, sqlite_where=_OPEN_PING, postgresql_where=_OPEN_PING)

todos = sa.Table(
    "todos",
    metadata,
    _id(),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("lead_id", BigId, sa.ForeignKey("leads.id"), nullable=True, index=True),
    sa.Column("customer_id", BigId, sa.ForeignKey("customers.id"), nullable=True),
    _text("title"),
    _moment("created_at", nullable=False),
    _moment("due_at", nullable=False),
    _text("state", "open"),
    _moment("done_at"),
    _moment("next_reminder_at"),
    _count("reminders_sent"),
)
_OPEN_TODO = todos.c.state == "open"
sa.Index("ix_todos_owner", todos.c.owner, sqlite_where=_OPEN_TODO, postgresql_where=_OPEN_TODO)
sa.Index("ix_todos_reminder", todos.c.next_reminder_at, sqlite_where=_OPEN_TODO, postgresql_where=_OPEN_TODO)

audit = sa.Table(
    "audit",
    metadata,
    _id(),
    _moment("at", nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False, index=True),
    sa.Column("customer_id", BigId, nullable=True, index=True),
    sa.Column("field", sa.Text, nullable=False),
    sa.Column("before", sa.Text, nullable=True),
    sa.Column("after", sa.Text, nullable=True),
    _text("message_key"),
)

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    _text("value"),
    _moment("refresh_at"),
    _moment("expires_at"),
    _moment("fetching_until"),
    _text("fetcher"),
)

job_slots = sa.Table(
    "job_slots",
    metadata,
    sa.Column("job", sa.Text, primary_key=True),
    sa.Column("slot", sa.Text, primary_key=True),
    _moment("done_at", nullable=False),
    _text("note"),
)

circuits = sa.Table(
    "circuits",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    _moment("opened_at"),
)

chat_groups = sa.Table(
    "chat_groups",
    metadata,
    sa.Column("chat_id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    _moment("bound_at", nullable=False),
    _text("bound_by"),
)

locks = sa.Table("locks", metadata, sa.Column("name", sa.Text, primary_key=True))

media = sa.Table(
    "media",
    metadata,
    _id(),
    sa.Column("message_key", sa.Text, nullable=False, unique=True),
    sa.Column("sender", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    _json("source"),
    _moment("received_at", nullable=False),
    _text("state", "wanted"),
    _count("attempts"),
    _moment("due_at", nullable=False),
    _moment("fetched_at"),
    _text("sha256"),
    sa.Column("size", BigId, nullable=True),
    _text("content_type"),
    _text("file_name"),
    _text("error"),
)
_WANTED = media.c.state == "wanted"
sa.Index("ix_media_wanted", media.c.due_at, sqlite_where=_WANTED, postgresql_where=_WANTED)

locations = sa.Table(
    "locations",
    metadata,
    _id(),
    sa.Column("message_key", sa.Text, nullable=False, unique=True),
    sa.Column("sender", sa.Text, nullable=False),
    sa.Column("latitude", sa.Float, nullable=False),
    sa.Column("longitude", sa.Float, nullable=False),
    _text("label"),
    _moment("at", nullable=False),
)
