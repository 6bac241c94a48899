"""Each chunk's lowest and highest UTC offset; partners' own ids without an index by sample, which every sample paid for."""

from alembic import op

revision = "0016_cheaper_samples"
down_revision = "0015_backlog"


def upgrade() -> None:
    op.execute("DROP INDEX sample_client_id_by_sample")
    # Unknown for chunks written before, and where a sample does not know its own.
    op.execute("ALTER TABLE sample_chunk ADD COLUMN offset_low smallint, ADD COLUMN offset_high smallint")


def downgrade() -> None:
    op.execute("ALTER TABLE sample_chunk DROP COLUMN offset_low, DROP COLUMN offset_high")
    op.execute("CREATE INDEX sample_client_id_by_sample ON sample_client_id (sample_id)")
