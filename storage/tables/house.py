"""Records of the house itself."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import BigId, document, identity, metadata, moment, text

audit = sa.Table(
    "audit",
    metadata,
    identity(),
    moment("at", nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False, index=True),
    sa.Column("customer_id", BigId, nullable=True, index=True),
    sa.Column("field", sa.Text, nullable=False),
    sa.Column("before", sa.Text, nullable=True),
    sa.Column("after", sa.Text, nullable=True),
    text("message_key"),
)

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    text("value"),
    moment("refresh_at"),
    moment("expires_at"),
    moment("fetching_until"),
    text("fetcher"),
)

job_slots = sa.Table(
    "job_slots",
    metadata,
    sa.Column("job", sa.Text, primary_key=True),
    sa.Column("slot", sa.Text, primary_key=True),
    moment("done_at", nullable=False),
    text("note"),
)

circuits = sa.Table(
    "circuits",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    moment("opened_at"),
)

chat_groups = sa.Table(
    "chat_groups",
    metadata,
    sa.Column("chat_id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    moment("bound_at", nullable=False),
    text("bound_by"),
)

locks = sa.Table("locks", metadata, sa.Column("name", sa.Text, primary_key=True))

# While a row is open, and only then, the triggers let values of the log be masked (docs/adr/0014).
erasures = sa.Table(
    "erasures",
    metadata,
    identity(),
    sa.Column("customer_id", BigId, nullable=False, index=True),
    sa.Column("by", sa.Text, nullable=False),
    moment("at", nullable=False),
    document("counts"),
    sa.Column("is_open", sa.Boolean, nullable=False, default=True, server_default=sa.true()),
)
