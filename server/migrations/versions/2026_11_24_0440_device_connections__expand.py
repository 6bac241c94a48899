"""A member's connections to wearable providers."""

from alembic import op
from tenancy import create_tenant_table

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    create_tenant_table(
        "device_connection",
        """
        org_id uuid NOT NULL,
        user_id uuid NOT NULL,
        provider_slug text NOT NULL,
        status text NOT NULL CHECK (status IN ('connected', 'error', 'disconnected')),
        device_name text,
        health_data_user_id uuid NOT NULL,
        connected_at timestamptz NOT NULL,
        last_sync_at timestamptz,
        PRIMARY KEY (org_id, user_id, provider_slug),
        FOREIGN KEY (org_id, user_id) REFERENCES member ON DELETE CASCADE
        """,
    )


def downgrade() -> None:
    op.execute("DROP TABLE device_connection CASCADE")
