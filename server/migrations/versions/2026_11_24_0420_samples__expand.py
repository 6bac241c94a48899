"""Samples: sources, one compressed chunk per member, metric, source and UTC day, and the partners' own ids."""

from alembic import op
from tenancy import create_tenant_table

revision = "0003"
down_revision = "0002"

# In place of a foreign key, whose check of every row costs more than the row. Writers hold the member's row.
FORGET = """
CREATE FUNCTION hp_forget_sample_client_ids() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM sample_client_id WHERE org_id = OLD.org_id AND user_id = OLD.user_id;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    create_tenant_table(
        "sample_source",
        """
        source_id integer GENERATED ALWAYS AS IDENTITY,
        org_id uuid NOT NULL,
        user_id uuid NOT NULL,
        provider text NOT NULL,
        device text NOT NULL DEFAULT '',
        first_seen_at timestamptz NOT NULL,
        last_data_at timestamptz NOT NULL,
        PRIMARY KEY (org_id, user_id, source_id),
        UNIQUE (org_id, user_id, provider, device),
        FOREIGN KEY (org_id, user_id) REFERENCES member ON DELETE CASCADE
        """,
    )
    # `first_at`, `last_at`, `n`, `minimum`, `maximum` and `total` answer daily questions without opening the chunk.
    create_tenant_table(
        "sample_chunk",
        """
        org_id uuid NOT NULL,
        user_id uuid NOT NULL,
        metric smallint NOT NULL,
        day date NOT NULL,
        source_id integer NOT NULL,
        n integer NOT NULL,
        minimum double precision NOT NULL,
        maximum double precision NOT NULL,
        total double precision NOT NULL,
        first_at timestamptz NOT NULL,
        last_at timestamptz NOT NULL,
        samples bytea NOT NULL,
        PRIMARY KEY (org_id, user_id, metric, day, source_id),
        FOREIGN KEY (org_id, user_id) REFERENCES member ON DELETE CASCADE
        """,
    )
    op.execute("ALTER TABLE sample_chunk ALTER COLUMN samples SET STORAGE EXTERNAL")
    # The tenant is in the hash that `client_key` is, so the key can do without it: most of this table is key.
    create_tenant_table(
        "sample_client_id",
        """
        org_id uuid NOT NULL,
        user_id uuid NOT NULL,
        client_key uuid NOT NULL,
        sample_id uuid NOT NULL,
        PRIMARY KEY (user_id, client_key)
        """,
    )
    op.execute(FORGET)
    op.execute(
        "CREATE TRIGGER sample_client_id_with_member AFTER DELETE ON member "
        "FOR EACH ROW EXECUTE FUNCTION hp_forget_sample_client_ids()"
    )


def downgrade() -> None:
    for table in ("sample_client_id", "sample_chunk", "sample_source"):
        op.execute(f"DROP TABLE {table} CASCADE")
    op.execute("DROP FUNCTION hp_forget_sample_client_ids() CASCADE")
