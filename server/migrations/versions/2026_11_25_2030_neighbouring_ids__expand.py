"""Partners' own ids that are neighbours in one row: what was kept stays as it is and is read as well."""

from alembic import op

revision = "0017_neighbouring_ids"
down_revision = "0016_cheaper_samples"


def upgrade() -> None:
    # Either `sample_id`, for one id, or the other three, for a neighbourhood of ids: what its places stand for, and
    # bounds of those entries' ids.
    op.execute("ALTER TABLE sample_client_id ALTER COLUMN sample_id DROP NOT NULL")
    op.execute("ALTER TABLE sample_client_id ADD COLUMN entries bytea, ADD COLUMN lowest uuid, ADD COLUMN highest uuid")
    op.execute("ALTER TABLE sample_client_id ALTER COLUMN entries SET STORAGE EXTERNAL")
    # True for every source from before, and for those that the release before still adds.
    op.execute("ALTER TABLE sample_source ADD COLUMN ids_kept_singly boolean NOT NULL DEFAULT true")


def downgrade() -> None:
    # Ids in neighbourhoods would be lost: that a repeat is one is then told by its instant alone.
    op.execute("ALTER TABLE sample_source DROP COLUMN ids_kept_singly")
    op.execute("DELETE FROM sample_client_id WHERE entries IS NOT NULL")
    op.execute("ALTER TABLE sample_client_id DROP COLUMN entries, DROP COLUMN lowest, DROP COLUMN highest")
    op.execute("ALTER TABLE sample_client_id ALTER COLUMN sample_id SET NOT NULL")
