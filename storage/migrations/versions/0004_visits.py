"""Visits, their evidence and hashes of photos; where customers are; what was uploaded to WeCom."""

import sqlalchemy as sa
from alembic import op

from storage.tables import BigId, UtcMoment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wecom_uploads",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("media_id", sa.Text(), nullable=False),
        sa.Column("uploaded_at", UtcMoment(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "kind", name=op.f("pk_wecom_uploads")),
    )
    op.create_table(
        "visits",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("customer_id", BigId, nullable=False),
        sa.Column("product_line", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("started_at", UtcMoment(), nullable=False),
        sa.Column("due_at", UtcMoment(), nullable=False),
        sa.Column("steps", sa.Integer(), server_default="0", nullable=False),
        sa.Column("alarm_at", UtcMoment(), nullable=True),
        sa.Column("snoozed_until", UtcMoment(), nullable=True),
        sa.Column("closed_at", UtcMoment(), nullable=True),
        sa.Column("closed_by", sa.Text(), server_default="", nullable=False),
        sa.Column("override_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("todo_id", BigId, nullable=True),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_visits_customer_id_customers")),
        sa.ForeignKeyConstraint(["todo_id"], ["todos.id"], name=op.f("fk_visits_todo_id_todos")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.UniqueConstraint("source_key", name=op.f("uq_visits_source_key")),
    )
    is_open = sa.text("state = 'open'")
    op.create_index(op.f("ix_visits_customer_id"), "visits", ["customer_id"], unique=False)
    op.create_index("ix_visits_owner", "visits", ["owner", "started_at"], unique=False)
    op.create_index("ix_visits_alarm", "visits", ["alarm_at"], sqlite_where=is_open, postgresql_where=is_open)
    op.create_index(
        "uq_visits_one_open", "visits", ["owner"], unique=True, sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_table(
        "evidence",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("visit_id", BigId, nullable=True),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("message_key", sa.Text(), nullable=False),
        sa.Column("at", UtcMoment(), nullable=False),
        sa.Column("state", sa.Text(), server_default="kept", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("is_late", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("seen_evidence_id", BigId, nullable=True),
        sa.Column("fingerprint", sa.Text(), server_default="", nullable=False),
        sa.Column("sha256", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_evidence_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("message_key", name=op.f("uq_evidence_message_key")),
    )
    op.create_index(op.f("ix_evidence_visit_id"), "evidence", ["visit_id"], unique=False)
    op.create_index(op.f("ix_evidence_sha256"), "evidence", ["sha256"], unique=False)
    op.create_index("ix_evidence_sender", "evidence", ["sender", "at"], unique=False)
    op.create_table(
        "customer_places",
        sa.Column("customer_id", BigId, autoincrement=False, nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("visit_id", BigId, nullable=False),
        sa.Column("learnt_at", UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_customer_places_customer_id_customers")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_customer_places_visit_id_visits")),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_customer_places")),
    )
    op.create_table(
        "visit_checks",
        sa.Column("visit_id", BigId, autoincrement=False, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcMoment(), nullable=False),
        sa.Column("verdict", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_at", UtcMoment(), nullable=True),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_checks_visit_id_visits")),
        sa.PrimaryKeyConstraint("visit_id", "by", name=op.f("pk_visit_checks")),
    )


def downgrade() -> None:
    for table in ("visit_checks", "customer_places", "evidence", "visits", "wecom_uploads"):
        op.drop_table(table)
