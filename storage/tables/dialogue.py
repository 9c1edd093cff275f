"""What was asked of somebody in chat and waits for words."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import document, metadata, moment, text

questions = sa.Table(
    "questions",
    metadata,
    # One person has one open question; a later one takes its place.
    sa.Column("userid", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    text("subject"),
    document("data"),
    moment("asked_at", nullable=False),
    moment("until", nullable=False),
)
