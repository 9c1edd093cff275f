"""Receivables, statements, transactions, bookings, aliases, promises."""

import sqlalchemy as sa
from alembic import op

from storage.tables import BigId, UtcMoment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "promises",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("message_key", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("customer_key", sa.Text(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("said_at", UtcMoment(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("settled_at", UtcMoment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises")),
        sa.UniqueConstraint("message_key", name=op.f("uq_promises_message_key")),
    )
    op.create_index(op.f("ix_promises_customer_key"), "promises", ["customer_key"], unique=False)
    op.create_index(
        "uq_promises_one_open",
        "promises",
        ["customer_key"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "statement_uploads",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("door", sa.Text(), server_default="", nullable=False),
        sa.Column("file_name", sa.Text(), server_default="", nullable=False),
        sa.Column("received_at", UtcMoment(), nullable=False),
        sa.Column("state", sa.Text(), server_default="wanted", nullable=False),
        sa.Column("layout", sa.Text(), server_default="", nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("rows", sa.Integer(), server_default="0", nullable=False),
        sa.Column("repeated", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unreadable_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unreadable", sa.JSON(), nullable=False),
        sa.Column("done_at", UtcMoment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_uploads")),
        sa.UniqueConstraint("sha256", name=op.f("uq_statement_uploads_sha256")),
    )
    op.create_index(
        "ix_statement_uploads_undone",
        "statement_uploads",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state IN ('wanted', 'judging')"),
        postgresql_where=sa.text("state IN ('wanted', 'judging')"),
    )
    op.create_table(
        "bank_transactions",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("bank", sa.Text(), server_default="", nullable=False),
        sa.Column("account", sa.Text(), server_default="", nullable=False),
        sa.Column("account_key", sa.Text(), server_default="", nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), server_default="CNY", nullable=False),
        sa.Column("paid_at", UtcMoment(), nullable=False),
        sa.Column("payer", sa.Text(), server_default="", nullable=False),
        sa.Column("payer_account", sa.Text(), server_default="", nullable=False),
        sa.Column("remark", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("checkout_no", sa.Text(), server_default="", nullable=False),
        sa.Column("holder", sa.Text(), server_default="", nullable=False),
        sa.Column("is_reversal", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("upload_id", BigId, nullable=True),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("taken_by", sa.Text(), server_default="", nullable=False),
        sa.Column("taken_at", UtcMoment(), nullable=False),
        sa.Column("state", sa.Text(), server_default="new", nullable=False),
        sa.Column("match_class", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("proposal", sa.JSON(), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("allocated", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("decided_at", UtcMoment(), nullable=True),
        sa.Column("decided_by", sa.Text(), server_default="", nullable=False),
        sa.Column("asked_at", UtcMoment(), nullable=True),
        sa.Column("told_at", UtcMoment(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "allocated >= 0 AND (allocated = 0 OR allocated <= amount)", name="bank_transactions_never_overspent"
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["statement_uploads.id"], name=op.f("fk_bank_transactions_upload_id_statement_uploads")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_transactions")),
        sa.UniqueConstraint("serial", "amount", "day", "account_key", "bank", name="uq_bank_transactions_once"),
    )
    op.create_index(
        "ix_bank_transactions_loose",
        "bank_transactions",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'unmatched')"),
        postgresql_where=sa.text("state IN ('waiting', 'unmatched')"),
    )
    op.create_index(
        "ix_bank_transactions_new",
        "bank_transactions",
        ["paid_at"],
        unique=False,
        sqlite_where=sa.text("state = 'new'"),
        postgresql_where=sa.text("state = 'new'"),
    )
    op.create_index(
        "ix_bank_transactions_untold",
        "bank_transactions",
        ["id"],
        unique=False,
        sqlite_where=sa.text("told_at IS NULL AND state = 'booked'"),
        postgresql_where=sa.text("told_at IS NULL AND state = 'booked'"),
    )
    op.create_index(op.f("ix_bank_transactions_upload_id"), "bank_transactions", ["upload_id"], unique=False)
    op.create_table(
        "receivables",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("order_key", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("customer_key", sa.Text(), nullable=False),
        sa.Column("customer_id", BigId, nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("currency", sa.Text(), server_default="CNY", nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("instalments", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("earlier", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcMoment(), nullable=False),
        sa.Column("changed_at", UtcMoment(), nullable=False),
        sa.CheckConstraint("received >= 0 AND received <= amount", name="receivables_never_overbooked"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_receivables_customer_id_customers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receivables")),
        sa.UniqueConstraint("order_no", name=op.f("uq_receivables_order_no")),
    )
    op.create_index(op.f("ix_receivables_customer_id"), "receivables", ["customer_id"], unique=False)
    op.create_index(op.f("ix_receivables_customer_key"), "receivables", ["customer_key"], unique=False)
    op.create_index(
        "ix_receivables_open",
        "receivables",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state IN ('open', 'disputed')"),
        postgresql_where=sa.text("state IN ('open', 'disputed')"),
    )
    op.create_index(op.f("ix_receivables_order_key"), "receivables", ["order_key"], unique=False)
    op.create_table(
        "bookings",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("transaction_id", BigId, nullable=False),
        sa.Column("receivable_id", BigId, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("undoes", BigId, nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["receivable_id"], ["receivables.id"], name=op.f("fk_bookings_receivable_id_receivables")
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["bank_transactions.id"], name=op.f("fk_bookings_transaction_id_bank_transactions")
        ),
        sa.ForeignKeyConstraint(["undoes"], ["bookings.id"], name=op.f("fk_bookings_undoes_bookings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookings")),
        sa.UniqueConstraint("undoes", name=op.f("uq_bookings_undoes")),
    )
    op.create_index("ix_bookings_at", "bookings", ["at"], unique=False)
    op.create_index(op.f("ix_bookings_receivable_id"), "bookings", ["receivable_id"], unique=False)
    op.create_index(op.f("ix_bookings_transaction_id"), "bookings", ["transaction_id"], unique=False)
    op.create_table(
        "due_notices",
        sa.Column("receivable_id", BigId, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["receivable_id"], ["receivables.id"], name=op.f("fk_due_notices_receivable_id_receivables")
        ),
        sa.PrimaryKeyConstraint("receivable_id", "due_on", "step", name=op.f("pk_due_notices")),
    )
    op.create_index(op.f("ix_due_notices_day"), "due_notices", ["day"], unique=False)
    op.create_table(
        "payer_aliases",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("payer_key", sa.Text(), nullable=False),
        sa.Column("customer_key", sa.Text(), nullable=False),
        sa.Column("transaction_id", BigId, nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("learnt_at", UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["bank_transactions.id"], name=op.f("fk_payer_aliases_transaction_id_bank_transactions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payer_aliases")),
        sa.UniqueConstraint("payer_key", "customer_key", name=op.f("uq_payer_aliases_payer_key_customer_key")),
    )
    op.create_index(op.f("ix_payer_aliases_customer_key"), "payer_aliases", ["customer_key"], unique=False)
    op.create_index(op.f("ix_payer_aliases_transaction_id"), "payer_aliases", ["transaction_id"], unique=False)


def downgrade() -> None:
    op.drop_table("payer_aliases")
    op.drop_table("due_notices")
    op.drop_table("bookings")
    op.drop_table("receivables")
    op.drop_table("bank_transactions")
    op.drop_table("statement_uploads")
    op.drop_table("promises")
