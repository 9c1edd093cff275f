"""Memos, what was understood, corrections, what is known of a customer; to-dos that come from a memo."""

import sqlalchemy as sa
from alembic import op

from storage.tables import BigId, UtcMoment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "memos",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("message_key", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("recorded_at", UtcMoment(), nullable=False),
        sa.Column("visit_id", BigId, nullable=True),
        sa.Column("customer_id", BigId, nullable=True),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting_for_words", nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("understood", sa.JSON(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("understood_at", UtcMoment(), nullable=True),
        sa.Column("confirmed_at", UtcMoment(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_memos_customer_id_customers")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_memos_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memos")),
        sa.UniqueConstraint("message_key", name=op.f("uq_memos_message_key")),
    )
    op.create_index(op.f("ix_memos_visit_id"), "memos", ["visit_id"], unique=False)
    op.create_index(op.f("ix_memos_customer_id"), "memos", ["customer_id"], unique=False)
    op.create_index("ix_memos_sender", "memos", ["sender", "id"], unique=False)
    op.create_table(
        "memo_corrections",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("memo_id", BigId, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("original", sa.JSON(), nullable=True),
        sa.Column("corrected", sa.JSON(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", UtcMoment(), nullable=False),
        sa.Column("message_key", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["memo_id"], ["memos.id"], name=op.f("fk_memo_corrections_memo_id_memos")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memo_corrections")),
    )
    op.create_index(op.f("ix_memo_corrections_memo_id"), "memo_corrections", ["memo_id"], unique=False)
    op.create_table(
        "customer_profiles",
        sa.Column("customer_id", BigId, autoincrement=False, nullable=False),
        sa.Column("profile", sa.JSON(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("updated_at", UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_customer_profiles_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_customer_profiles")),
    )
    op.create_table(
        "script_uses",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("script", sa.Text(), nullable=False),
        sa.Column("userid", sa.Text(), nullable=False),
        sa.Column("customer_id", BigId, nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", UtcMoment(), nullable=False),
        sa.Column("message_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_script_uses_customer_id_customers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_script_uses")),
        sa.UniqueConstraint("message_key", "script", name=op.f("uq_script_uses_message_key_script")),
    )
    op.create_index(op.f("ix_script_uses_script"), "script_uses", ["script"], unique=False)
    # No foreign key: SQLite cannot add one to a table that is there.
    op.add_column("todos", sa.Column("memo_id", BigId, nullable=True))
    op.create_index(op.f("ix_todos_memo_id"), "todos", ["memo_id"], unique=False)
    op.create_index(op.f("ix_todos_customer_id"), "todos", ["customer_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_todos_customer_id"), "todos")
    op.drop_index(op.f("ix_todos_memo_id"), "todos")
    op.drop_column("todos", "memo_id")
    for table in ("script_uses", "customer_profiles", "memo_corrections", "memos"):
        op.drop_table(table)
