"""A version on each member, so that the roster is read again only when it has changed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("members", sa.Column("version", sa.BigInteger(), server_default="0", nullable=False))
    op.create_index(op.f("ix_members_version"), "members", ["version"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_members_version"), "members")
    op.drop_column("members", "version")
