"""Old days of sparse metrics several to a row, and how far a member's days have been packed."""

from alembic import op
from tenancy import create_tenant_table

revision = "0019_packs"
down_revision = "0018_retention"

# Chunks would be gone with the table: `healthpartner open-packs` makes rows of them first.
REFUSE_LOSS = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM sample_pack) THEN
        RAISE EXCEPTION 'there are packed days: stop the workers and run `healthpartner open-packs` first';
    END IF;
END $$
"""


def upgrade() -> None:
    create_tenant_table(
        "sample_pack",
        """
        org_id uuid NOT NULL,
        user_id uuid NOT NULL,
        metric smallint NOT NULL,
        first_day date NOT NULL,
        last_day date NOT NULL,
        source_id integer NOT NULL,
        n integer NOT NULL,
        span_minutes smallint,
        samples bytea NOT NULL,
        PRIMARY KEY (org_id, user_id, metric, first_day, source_id),
        FOREIGN KEY (org_id, user_id) REFERENCES member ON DELETE CASCADE
        """,
    )
    op.execute("ALTER TABLE sample_pack ALTER COLUMN samples SET STORAGE EXTERNAL")
    create_tenant_table(
        "packing_progress",
        """
        org_id uuid NOT NULL,
        user_id uuid NOT NULL,
        packed_before date NOT NULL,
        PRIMARY KEY (org_id, user_id),
        FOREIGN KEY (org_id, user_id) REFERENCES member ON DELETE CASCADE
        """,
    )


def downgrade() -> None:
    op.execute(REFUSE_LOSS)
    op.execute("DROP TABLE packing_progress")
    op.execute("DROP TABLE sample_pack")
