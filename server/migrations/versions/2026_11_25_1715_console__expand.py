"""The console: how its people prove who they are, their sessions, and the API's daily usage."""

from alembic import op
from tenancy import create_tenant_table

revision = "0010_console"
down_revision = "0009_synthetic_members"

OF_A_MEMBER = "FOREIGN KEY (org_id, member_id) REFERENCES console_member ON DELETE CASCADE"


def upgrade() -> None:
    # `last_step` is the newest time step whose code was taken: no code is taken twice.
    create_tenant_table(
        "console_password",
        f"""
        org_id uuid NOT NULL,
        member_id uuid NOT NULL,
        hash text NOT NULL,
        totp_ciphertext bytea NOT NULL,
        last_step bigint NOT NULL,
        changed_at timestamptz NOT NULL,
        PRIMARY KEY (org_id, member_id),
        {OF_A_MEMBER}
        """,
    )
    create_tenant_table(
        "console_recovery_code",
        f"""
        org_id uuid NOT NULL,
        member_id uuid NOT NULL,
        digest bytea NOT NULL,
        PRIMARY KEY (org_id, member_id, digest),
        {OF_A_MEMBER}
        """,
    )
    create_tenant_table(
        "console_passkey",
        f"""
        org_id uuid NOT NULL,
        passkey_id uuid NOT NULL,
        member_id uuid NOT NULL,
        credential_id bytea NOT NULL UNIQUE,
        public_key bytea NOT NULL,
        sign_count bigint NOT NULL,
        name text NOT NULL,
        created_at timestamptz NOT NULL,
        last_used_at timestamptz,
        PRIMARY KEY (org_id, passkey_id),
        {OF_A_MEMBER}
        """,
    )
    op.execute("CREATE INDEX console_passkey_by_member ON console_passkey (org_id, member_id)")
    create_tenant_table(
        "console_session",
        f"""
        org_id uuid NOT NULL,
        session_id uuid NOT NULL,
        member_id uuid NOT NULL,
        token_digest bytea NOT NULL UNIQUE,
        method text NOT NULL CHECK (method IN ('passkey', 'password')),
        client text NOT NULL,
        created_at timestamptz NOT NULL,
        last_seen_at timestamptz NOT NULL,
        ends_at timestamptz NOT NULL,
        PRIMARY KEY (org_id, session_id),
        {OF_A_MEMBER}
        """,
    )
    op.execute("CREATE INDEX console_session_by_member ON console_session (org_id, member_id)")
    op.execute("CREATE INDEX console_session_by_end ON console_session (ends_at)")
    op.execute("CREATE INDEX console_member_by_email ON console_member (email)")
    # Before anyone has signed in there is no tenant to keep a challenge under.
    op.execute(
        """
        CREATE TABLE console_challenge (
            challenge bytea PRIMARY KEY,
            expires_at timestamptz NOT NULL
        )
        """
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON console_challenge TO healthpartner_system")
    # One row per day, credential and operation; `key_id` is null for member tokens.
    create_tenant_table(
        "api_usage",
        """
        org_id uuid NOT NULL REFERENCES org ON DELETE CASCADE,
        day date NOT NULL,
        key_id uuid,
        operation text NOT NULL,
        requests bigint NOT NULL,
        refused bigint NOT NULL,
        failed bigint NOT NULL,
        UNIQUE NULLS NOT DISTINCT (org_id, day, key_id, operation)
        """,
    )


def downgrade() -> None:
    for table in (
        "api_usage",
        "console_challenge",
        "console_session",
        "console_passkey",
        "console_recovery_code",
        "console_password",
    ):
        op.execute(f"DROP TABLE {table} CASCADE")
    op.execute("DROP INDEX console_member_by_email")
