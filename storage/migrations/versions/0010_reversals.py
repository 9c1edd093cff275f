"""Which transaction the bank has taken back by which other one (冲正)."""

import sqlalchemy as sa
from alembic import op

from storage.tables import BigId, UtcMoment

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reversals",
        sa.Column("transaction_id", BigId, nullable=False),
        sa.Column("reversal_id", BigId, nullable=False),
        sa.Column("state", sa.Text(), server_default="found", nullable=False),
        sa.Column("found_at", UtcMoment(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], ["bank_transactions.id"], name=op.f(f"fk_reversals_{column}_bank_transactions")
            )
            for column in ("transaction_id", "reversal_id")
        ),
        sa.PrimaryKeyConstraint("transaction_id", name=op.f("pk_reversals")),
        sa.UniqueConstraint("reversal_id", name=op.f("uq_reversals_reversal_id")),
    )
    is_reversal = sa.text("is_reversal")
    op.create_index(
        "ix_bank_transactions_reversals",
        "bank_transactions",
        ["taken_at"],
        sqlite_where=is_reversal,
        postgresql_where=is_reversal,
    )


def downgrade() -> None:
    op.drop_index("ix_bank_transactions_reversals", "bank_transactions")
    op.drop_table("reversals")
