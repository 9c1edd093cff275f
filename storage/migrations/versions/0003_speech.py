"""Transcriptions: voice memos that wait for their words."""

import sqlalchemy as sa
from alembic import op

from storage.tables import BigId, UtcMoment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


_WANTED = sa.text("state IN ('wanted', 'leased')")


def upgrade() -> None:
    op.create_table(
        "transcriptions",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("message_key", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("hints", sa.JSON(), nullable=False),
        sa.Column("asked_at", UtcMoment(), nullable=False),
        sa.Column("state", sa.Text(), server_default="wanted", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", UtcMoment(), nullable=False),
        sa.Column("token", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_until", UtcMoment(), nullable=True),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("engine", sa.Text(), server_default="", nullable=False),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("done_at", UtcMoment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcriptions")),
        sa.UniqueConstraint("message_key", name=op.f("uq_transcriptions_message_key")),
    )
    op.create_index(
        "ix_transcriptions_wanted", "transcriptions", ["due_at"], unique=False, sqlite_where=_WANTED,
        postgresql_where=_WANTED,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("transcriptions")
