"""What /api answered, so that a repeat gets the first answer."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import metadata, moment, text

api_answers = sa.Table(
    "api_answers",
    metadata,
    sa.Column("key_id", sa.Text, primary_key=True),
    sa.Column("repeat_key", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    text("answer"),
    moment("at", nullable=False),
)
