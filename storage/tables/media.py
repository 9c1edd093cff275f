"""What was sent besides text."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import BigId, count, document, identity, metadata, moment, text

media = sa.Table(
    "media",
    metadata,
    identity(),
    sa.Column("message_key", sa.Text, nullable=False, unique=True),
    sa.Column("sender", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    document("source"),
    moment("received_at", nullable=False),
    text("state", "wanted"),
    count("attempts"),
    moment("due_at", nullable=False),
    moment("fetched_at"),
    text("sha256"),
    sa.Column("size", BigId, nullable=True),
    text("content_type"),
    text("file_name"),
    text("error"),
)
_WANTED = media.c.state == "wanted"
sa.Index("ix_media_wanted", media.c.due_at, sqlite_where=_WANTED, postgresql_where=_WANTED)

locations = sa.Table(
    "locations",
    metadata,
    identity(),
    sa.Column("message_key", sa.Text, nullable=False, unique=True),
    sa.Column("sender", sa.Text, nullable=False),
    sa.Column("latitude", sa.Float, nullable=False),
    sa.Column("longitude", sa.Float, nullable=False),
    text("label"),
    moment("at", nullable=False),
)

# WeCom forgets what was uploaded after three days; within them the same file need not go up again.
wecom_uploads = sa.Table(
    "wecom_uploads",
    metadata,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("media_id", sa.Text, nullable=False),
    moment("uploaded_at", nullable=False),
)
