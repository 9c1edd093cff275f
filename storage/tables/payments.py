"""Money: what is owed, what came in, what was booked, what was promised (P1-P5). Amounts are whole fen."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.columns import BigId, count, document, identity, metadata, moment, text


def fen(name: str, *, default: int | None = None) -> sa.Column[int]:
    server_default = None if default is None else str(default)
    return sa.Column(name, sa.BigInteger, nullable=False, default=default, server_default=server_default)


receivables = sa.Table(
    "receivables",
    metadata,
    identity(),
    sa.Column("order_no", sa.Text, nullable=False, unique=True),
    # Without hyphens and in capitals, as somebody looks for it.
    sa.Column("order_key", sa.Text, nullable=False, index=True),
    sa.Column("customer", sa.Text, nullable=False),
    # The evened name: aliases and promises hang on it.
    sa.Column("customer_key", sa.Text, nullable=False, index=True),
    sa.Column("customer_id", BigId, sa.ForeignKey("customers.id"), nullable=True, index=True),
    sa.Column("owner", sa.Text, nullable=True),
    fen("amount"),
    fen("received", default=0),
    text("currency", "CNY"),
    sa.Column("due_on", sa.Date, nullable=True),
    document("instalments"),
    text("state", "open"),
    text("why"),
    # Transactions inside `received` from before this house: serial, amount, bank.
    document("earlier"),
    moment("created_at", nullable=False),
    moment("changed_at", nullable=False),
    # The last line of defence: two people at once book once, whatever the code above does.
    sa.CheckConstraint("received >= 0 AND received <= amount", name="receivables_never_overbooked"),
)
_TAKES_MONEY = receivables.c.state.in_(("open", "disputed"))
sa.Index("ix_receivables_open", receivables.c.id, sqlite_where=_TAKES_MONEY, postgresql_where=_TAKES_MONEY)

statement_uploads = sa.Table(
    "statement_uploads",
    metadata,
    identity(),
    # The same file is read once, whoever sends it.
    sa.Column("sha256", sa.Text, nullable=False, unique=True),
    sa.Column("by", sa.Text, nullable=False),
    text("door"),
    text("file_name"),
    moment("received_at", nullable=False),
    text("state", "wanted"),
    text("layout"),
    text("problem"),
    count("rows"),
    count("repeated"),
    count("unreadable_count"),
    document("unreadable"),
    moment("done_at"),
)
_UNDONE = statement_uploads.c.state.in_(("wanted", "judging"))
sa.Index("ix_statement_uploads_undone", statement_uploads.c.id, sqlite_where=_UNDONE, postgresql_where=_UNDONE)

bank_transactions = sa.Table(
    "bank_transactions",
    metadata,
    identity(),
    text("bank"),
    text("account"),
    text("account_key"),
    sa.Column("serial", sa.Text, nullable=False),
    sa.Column("day", sa.Text, nullable=False),
    fen("amount"),
    text("currency", "CNY"),
    moment("paid_at", nullable=False),
    text("payer"),
    # The evened name, as somebody looks for it.
    sa.Column("payer_key", sa.Text, nullable=False, default="", server_default="", index=True),
    text("payer_account"),
    text("remark"),
    text("kind"),
    text("checkout_no"),
    text("holder"),
    sa.Column("is_reversal", sa.Boolean, nullable=False, default=False, server_default=sa.false()),
    sa.Column("upload_id", BigId, sa.ForeignKey("statement_uploads.id"), nullable=True, index=True),
    text("source"),
    text("taken_by"),
    moment("taken_at", nullable=False),
    text("state", "new"),
    text("match_class"),
    text("reason"),
    document("facts"),
    document("proposal"),
    document("candidates"),
    fen("allocated", default=0),
    moment("decided_at"),
    text("decided_by"),
    # When its cards went to finance, and when rep, manager and finance heard 已回款 (P5).
    moment("asked_at"),
    moment("told_at"),
    count("version"),
    # The same transaction twice counts once; spreadsheets round long serials, so day and amount belong to it.
    sa.UniqueConstraint("serial", "amount", "day", "account_key", "bank", name="uq_bank_transactions_once"),
    sa.CheckConstraint(
        "allocated >= 0 AND (allocated = 0 OR allocated <= amount)", name="bank_transactions_never_overspent"
    ),
)
sa.Index("ix_bank_transactions_amount", bank_transactions.c.amount)
sa.Index("ix_bank_transactions_state", bank_transactions.c.state, bank_transactions.c.id)
_NEW = bank_transactions.c.state == "new"
sa.Index("ix_bank_transactions_new", bank_transactions.c.paid_at, sqlite_where=_NEW, postgresql_where=_NEW)
_UNTOLD = sa.and_(bank_transactions.c.told_at.is_(None), bank_transactions.c.state == "booked")
sa.Index("ix_bank_transactions_untold", bank_transactions.c.id, sqlite_where=_UNTOLD, postgresql_where=_UNTOLD)

sa.Index(
    "ix_bank_transactions_reversals", bank_transactions.c.taken_at,
    sqlite_where=bank_transactions.c.is_reversal, postgresql_where=bank_transactions.c.is_reversal,
)  # fmt: skip

# 冲正: which payment the bank has taken back by which row; by the same one where it marks the payment itself.
reversals = sa.Table(
    "reversals",
    metadata,
    sa.Column("transaction_id", BigId, sa.ForeignKey("bank_transactions.id"), primary_key=True, autoincrement=False),
    sa.Column("reversal_id", BigId, sa.ForeignKey("bank_transactions.id"), nullable=False, unique=True),
    text("state", "found"),
    moment("found_at", nullable=False),
)

# The orders that a doubtful transaction may be for, so that it is found by them.
offered_orders = sa.Table(
    "offered_orders",
    metadata,
    sa.Column("order_no", sa.Text, primary_key=True),
    sa.Column("transaction_id", BigId, sa.ForeignKey("bank_transactions.id"), primary_key=True),
)

# Append-only: what was booked wrongly is taken back by a line of its own.
bookings = sa.Table(
    "bookings",
    metadata,
    identity(),
    sa.Column("transaction_id", BigId, sa.ForeignKey("bank_transactions.id"), nullable=False, index=True),
    sa.Column("receivable_id", BigId, sa.ForeignKey("receivables.id"), nullable=False, index=True),
    fen("amount"),
    # Set on a line that takes another one back: once.
    sa.Column("undoes", BigId, sa.ForeignKey("bookings.id"), nullable=True, unique=True),
    sa.Column("by", sa.Text, nullable=False),
    moment("at", nullable=False),
)
sa.Index("ix_bookings_at", bookings.c.at)

payer_aliases = sa.Table(
    "payer_aliases",
    metadata,
    identity(),
    sa.Column("payer", sa.Text, nullable=False),
    sa.Column("payer_key", sa.Text, nullable=False),
    sa.Column("customer_key", sa.Text, nullable=False, index=True),
    sa.Column("transaction_id", BigId, sa.ForeignKey("bank_transactions.id"), nullable=True, index=True),
    sa.Column("by", sa.Text, nullable=False),
    moment("learnt_at", nullable=False),
    sa.UniqueConstraint("payer_key", "customer_key"),
)

promises = sa.Table(
    "promises",
    metadata,
    identity(),
    sa.Column("message_key", sa.Text, nullable=False, unique=True),
    sa.Column("customer", sa.Text, nullable=False),
    sa.Column("customer_key", sa.Text, nullable=False, index=True),
    sa.Column("promised_on", sa.Date, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=True),
    sa.Column("by", sa.Text, nullable=False),
    moment("said_at", nullable=False),
    text("state", "open"),
    moment("settled_at"),
)
_PROMISED = promises.c.state == "open"
# A customer has one promise at a time; a new day takes the place of the old one.
sa.Index(
    "uq_promises_one_open", promises.c.customer_key, unique=True, sqlite_where=_PROMISED, postgresql_where=_PROMISED
)

due_notices = sa.Table(
    "due_notices",
    metadata,
    # One step of one instalment is told once.
    sa.Column("receivable_id", BigId, sa.ForeignKey("receivables.id"), primary_key=True),
    sa.Column("due_on", sa.Date, primary_key=True),
    sa.Column("step", sa.Integer, primary_key=True),
    sa.Column("day", sa.Date, nullable=False, index=True),
)
