"""Partners' own ids without an index by sample: every sample paid for what only the removal of one entry used."""

from alembic import op

revision = "0016_ids_without_index"
down_revision = "0015_backlog"


def upgrade() -> None:
    op.execute("DROP INDEX sample_client_id_by_sample")


def downgrade() -> None:
    op.execute("CREATE INDEX sample_client_id_by_sample ON sample_client_id (sample_id)")
