"""Finished exports of members' data, whose files are removed when they expire."""

from alembic import op
from tenancy import create_tenant_table

revision = "0006_data_exports"
down_revision = "0005"


def upgrade() -> None:
    create_tenant_table(
        "data_export",
        """
        org_id uuid NOT NULL,
        user_id uuid NOT NULL,
        export_id uuid NOT NULL,
        size_bytes bigint NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (org_id, export_id),
        FOREIGN KEY (org_id, user_id) REFERENCES member ON DELETE CASCADE
        """,
    )
    op.execute("CREATE INDEX data_export_expiry ON data_export (expires_at)")
    op.execute("CREATE INDEX data_export_of_member ON data_export (org_id, user_id)")


def downgrade() -> None:
    op.execute("DROP TABLE data_export CASCADE")
