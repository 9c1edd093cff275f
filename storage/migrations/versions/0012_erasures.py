"""Erasures of personal data; while one is open the log lets values be masked, and nothing else."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.audit_guard import let_mask, let_nothing
from storage.tables import BigId, UtcMoment

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("customer_id", BigId, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", UtcMoment(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("is_open", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_index(op.f("ix_erasures_customer_id"), "erasures", ["customer_id"], unique=False)
    let_mask(op.get_bind())


def downgrade() -> None:
    let_nothing(op.get_bind())
    op.drop_index(op.f("ix_erasures_customer_id"), "erasures")
    op.drop_table("erasures")
