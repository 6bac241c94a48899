"""How a destination is made to fail in a sandbox."""

from alembic import op

revision = "0014_queue_faults"
down_revision = "0013_destination_health"


def upgrade() -> None:
    op.execute("ALTER TABLE destination ADD COLUMN fault text")


def downgrade() -> None:
    op.execute("ALTER TABLE destination DROP COLUMN fault")
