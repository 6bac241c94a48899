"""How far tenants of a sandbox are ahead of everybody's time. Empty in production."""

from alembic import op
from tenancy import create_tenant_table

revision = "0011_tenant_clocks"
down_revision = "0010_console"


def upgrade() -> None:
    create_tenant_table(
        "tenant_clock",
        """
        org_id uuid NOT NULL PRIMARY KEY REFERENCES org ON DELETE CASCADE,
        ahead interval NOT NULL DEFAULT '0'
        """,
    )


def downgrade() -> None:
    op.execute("DROP TABLE tenant_clock CASCADE")
