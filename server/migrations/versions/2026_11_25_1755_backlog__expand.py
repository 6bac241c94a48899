"""The oldest undelivered event of each lane, found without reading the others."""

from alembic import op

revision = "0015_backlog"
down_revision = "0014_queue_faults"


def upgrade() -> None:
    op.execute("CREATE INDEX delivery_oldest_due ON delivery (lane_id, created_at) WHERE state = 'due'")


def downgrade() -> None:
    op.execute("DROP INDEX delivery_oldest_due")
