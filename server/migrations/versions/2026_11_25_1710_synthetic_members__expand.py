"""Which members of a sandbox are synthetic, and until when they have lived."""

from alembic import op
from tenancy import create_tenant_table

revision = "0009_synthetic_members"
down_revision = "0008_days"


def upgrade() -> None:
    create_tenant_table(
        "synthetic_member",
        """
        org_id uuid NOT NULL,
        user_id uuid NOT NULL,
        persona text NOT NULL,
        seed integer NOT NULL,
        lived_until timestamptz NOT NULL,
        PRIMARY KEY (org_id, user_id),
        FOREIGN KEY (org_id, user_id) REFERENCES member ON DELETE CASCADE
        """,
    )


def downgrade() -> None:
    op.execute("DROP TABLE synthetic_member CASCADE")
