"""Members and the ids under which the smart bot shows them."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import document, metadata, moment, text

members = sa.Table(
    "members",
    metadata,
    sa.Column("userid", sa.Text, primary_key=True),
    sa.Column("wecom_userid", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    document("roles"),
    text("team"),
    text("region"),
    document("product_lines"),
    document("skills"),
    sa.Column("manager", sa.Text, nullable=True),
    text("status", "active"),
    text("frozen_why"),
    document("leave"),
    sa.Column("version", sa.BigInteger, nullable=False, server_default="0", index=True),
)

identities = sa.Table(
    "identities",
    metadata,
    sa.Column("bot_userid", sa.Text, primary_key=True),
    sa.Column("userid", sa.Text, sa.ForeignKey("members.userid"), nullable=False),
    moment("bound_at", nullable=False),
)
