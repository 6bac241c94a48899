"""In which order a source's sessions were accepted, so that the last of those with one start counts."""

from alembic import op

revision = "0021_corrected_sessions"
down_revision = "0020_counted_anew"

TABLES = ("sleep_session", "workout")


def upgrade() -> None:
    # Counts up with every session, so that a number is never given again, also when sessions are taken back.
    op.execute("ALTER TABLE sample_source ADD COLUMN sessions_accepted bigint NOT NULL DEFAULT 0")
    # Of what came before nobody knows the order: there nothing corrects anything.
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ADD COLUMN accepted bigint NOT NULL DEFAULT 0")


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} DROP COLUMN accepted")
    op.execute("ALTER TABLE sample_source DROP COLUMN sessions_accepted")
