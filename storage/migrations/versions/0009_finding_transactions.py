"""Transactions are found by payer, amount, state and the orders that they may be for."""

import sqlalchemy as sa
from alembic import op

from domain.payer_names import even
from storage.tables import BigId

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_PAGE = 5000
_TRANSACTIONS = sa.table(
    "bank_transactions",
    sa.column("id", BigId),
    sa.column("payer", sa.Text),
    sa.column("payer_key", sa.Text),
    sa.column("state", sa.Text),
    sa.column("candidates", sa.JSON),
)


def upgrade() -> None:
    op.add_column("bank_transactions", sa.Column("payer_key", sa.Text(), server_default="", nullable=False))
    offered = op.create_table(
        "offered_orders",
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("transaction_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["bank_transactions.id"],
            name=op.f("fk_offered_orders_transaction_id_bank_transactions"),
        ),
        sa.PrimaryKeyConstraint("order_no", "transaction_id", name=op.f("pk_offered_orders")),
    )
    _fill(offered)
    op.create_index(op.f("ix_bank_transactions_payer_key"), "bank_transactions", ["payer_key"], unique=False)
    op.create_index("ix_bank_transactions_amount", "bank_transactions", ["amount"], unique=False)
    op.create_index("ix_bank_transactions_state", "bank_transactions", ["state", "id"], unique=False)
    op.drop_index("ix_bank_transactions_loose", "bank_transactions")


def _fill(offered: sa.Table) -> None:
    connection = op.get_bind()
    last = 0
    while rows := connection.execute(
        sa.select(_TRANSACTIONS).where(_TRANSACTIONS.c.id > last).order_by(_TRANSACTIONS.c.id).limit(_PAGE)
    ).all():
        connection.execute(
            sa.update(_TRANSACTIONS)
            .where(_TRANSACTIONS.c.id == sa.bindparam("its_id"))
            .values(payer_key=sa.bindparam("its_key")),
            [{"its_id": row.id, "its_key": even(row.payer)} for row in rows],
        )
        waiting = [
            {"order_no": order_no, "transaction_id": row.id}
            for row in rows
            if row.state == "waiting"
            for order_no in row.candidates
        ]
        if waiting:
            connection.execute(sa.insert(offered), waiting)
        last = rows[-1].id


def downgrade() -> None:
    loose = sa.text("state IN ('waiting', 'unmatched')")
    op.create_index(
        "ix_bank_transactions_loose", "bank_transactions", ["id"], sqlite_where=loose, postgresql_where=loose
    )
    op.drop_index("ix_bank_transactions_state", "bank_transactions")
    op.drop_index("ix_bank_transactions_amount", "bank_transactions")
    op.drop_index(op.f("ix_bank_transactions_payer_key"), "bank_transactions")
    op.drop_table("offered_orders")
    op.drop_column("bank_transactions", "payer_key")
