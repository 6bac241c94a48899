"""Jobs that members wait for, and uploads."""

from alembic import op
from tenancy import create_tenant_table

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    create_tenant_table(
        "job",
        """
        org_id uuid NOT NULL REFERENCES org ON DELETE CASCADE,
        job_id uuid NOT NULL,
        user_id uuid,
        kind text NOT NULL,
        status text NOT NULL CHECK (status IN ('accepted', 'running', 'completed', 'failed')),
        input jsonb NOT NULL,
        progress jsonb,
        result jsonb,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (org_id, job_id),
        FOREIGN KEY (org_id, user_id) REFERENCES member ON DELETE CASCADE
        """,
    )
    op.execute("CREATE INDEX job_by_member ON job (org_id, user_id)")
    create_tenant_table(
        "upload",
        """
        org_id uuid NOT NULL REFERENCES org ON DELETE CASCADE,
        upload_id uuid NOT NULL,
        user_id uuid,
        filename text NOT NULL,
        content_type text NOT NULL,
        status text NOT NULL CHECK (status IN ('pending', 'stored', 'refused')),
        token_digest bytea NOT NULL,
        maximum_bytes bigint NOT NULL,
        size bigint,
        sha256 bytea,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        stored_at timestamptz,
        PRIMARY KEY (org_id, upload_id),
        FOREIGN KEY (org_id, user_id) REFERENCES member ON DELETE CASCADE
        """,
    )
    op.execute("CREATE INDEX upload_by_member ON upload (org_id, user_id)")
    op.execute("CREATE INDEX upload_by_expiry ON upload (expires_at) WHERE status = 'pending'")


def downgrade() -> None:
    op.execute("DROP TABLE upload CASCADE")
    op.execute("DROP TABLE job CASCADE")
