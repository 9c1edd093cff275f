"""The other number of a transaction, by which another export of the same account names it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bank_transactions", sa.Column("trade_no", sa.Text(), server_default="", nullable=False))
    op.create_index(op.f("ix_bank_transactions_trade_no"), "bank_transactions", ["trade_no"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_bank_transactions_trade_no"), "bank_transactions")
    op.drop_column("bank_transactions", "trade_no")
