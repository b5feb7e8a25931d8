"""The day an opinion was received, where the form says it.

Revision: 0002, after 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Opinions stored before have no day."""
    op.add_column("opinions", sa.Column("received_on", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Forget the days."""
    op.drop_column("opinions", "received_on")
