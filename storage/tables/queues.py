"""The two queues and the cards that were sent (docs/adr/0001)."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import count, document, identity, metadata, moment, text

inbox = sa.Table(
    "inbox",
    metadata,
    identity(),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("door", sa.Text, nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    moment("received_at", nullable=False),
    text("state", "queued"),
    count("attempts"),
    moment("due_at", nullable=False),
    count("token"),
    moment("lease_until"),
    moment("done_at"),
    text("error"),
    text("trace"),
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
    identity(),
    sa.Column("dedupe_key", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("lane", sa.Text, nullable=False),
    sa.Column("urgency", sa.Integer, nullable=False),
    document("content"),
    text("about"),
    text("task_id"),
    text("fallback_chat"),
    text("chat_sender"),
    moment("created_at", nullable=False),
    moment("due_at", nullable=False),
    text("state", "queued"),
    count("attempts"),
    count("token"),
    moment("lease_until"),
    sa.Column("rendered", sa.Text, nullable=True),
    moment("first_called_at"),
    moment("called_at"),
    moment("settled_at"),
    text("msgid"),
    text("error"),
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
    document("card"),
    moment("created_at", nullable=False),
    moment("settled_at"),
    text("msgid"),
)

card_codes = sa.Table(
    "card_codes",
    metadata,
    identity(),
    sa.Column("task_id", sa.Text, nullable=False, index=True),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    moment("got_at", nullable=False),
    moment("used_at"),
)
