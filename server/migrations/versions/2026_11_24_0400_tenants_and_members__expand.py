"""Roles, tenants and their credentials, members, and the records that the HTTP edge keeps."""

from alembic import op
from tenancy import create_tenant_table

revision = "0001"
down_revision = None

ROLE = """
DO $$ BEGIN
    CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""

# A member's rows reference the member, so that deleting the member takes them along, whatever else is added later.
# The lock makes an erasure wait for what is under way on the member's behalf, so that none of it outlives the member.
REQUIRE_MEMBER = """
CREATE FUNCTION hp_require_member(wanted uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM member WHERE user_id = wanted AND org_id = nullif(current_setting('hp.org_id', true), '')::uuid
    FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the member does not exist' USING ERRCODE = 'HP401';
    END IF;
END $$
"""


def upgrade() -> None:
    for role in ("healthpartner_app", "healthpartner_system"):
        op.execute(ROLE.format(role=role))
        op.execute(f"GRANT {role} TO CURRENT_USER")
        op.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    create_tenant_table(
        "org",
        """
        org_id uuid PRIMARY KEY,
        name text NOT NULL,
        key text NOT NULL UNIQUE,
        settings jsonb NOT NULL DEFAULT '{}',
        created_at timestamptz NOT NULL
        """,
    )
    create_tenant_table(
        "tenant_key",
        """
        org_id uuid NOT NULL REFERENCES org ON DELETE CASCADE,
        key_id uuid NOT NULL,
        name text NOT NULL,
        prefix text NOT NULL UNIQUE,
        digest bytea NOT NULL,
        created_at timestamptz NOT NULL,
        last_used_at timestamptz,
        revoked_at timestamptz,
        expires_at timestamptz,
        PRIMARY KEY (org_id, key_id)
        """,
    )
    create_tenant_table(
        "signing_secret",
        """
        org_id uuid NOT NULL REFERENCES org ON DELETE CASCADE,
        secret_id uuid NOT NULL,
        ciphertext bytea NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz,
        PRIMARY KEY (org_id, secret_id)
        """,
    )
    op.execute(
        """
        CREATE TABLE token_key (
            kid text PRIMARY KEY,
            algorithm text NOT NULL,
            private_ciphertext bytea NOT NULL,
            public_jwk jsonb NOT NULL,
            created_at timestamptz NOT NULL,
            retires_at timestamptz
        )
        """
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON token_key TO healthpartner_system")
    create_tenant_table(
        "console_member",
        """
        org_id uuid NOT NULL REFERENCES org ON DELETE CASCADE,
        member_id uuid NOT NULL,
        email text NOT NULL,
        name text,
        scope text NOT NULL CHECK (scope IN ('admin', 'developer', 'viewer')),
        created_at timestamptz NOT NULL,
        PRIMARY KEY (org_id, member_id),
        UNIQUE (org_id, email)
        """,
    )
    create_tenant_table(
        "invite",
        """
        org_id uuid NOT NULL REFERENCES org ON DELETE CASCADE,
        invite_id uuid NOT NULL,
        email text NOT NULL,
        scope text NOT NULL CHECK (scope IN ('admin', 'developer', 'viewer')),
        token_prefix text NOT NULL UNIQUE,
        token_digest bytea NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        accepted_at timestamptz,
        revoked_at timestamptz,
        PRIMARY KEY (org_id, invite_id)
        """,
    )
    op.execute(
        "CREATE INDEX invite_by_email ON invite (org_id, email) WHERE accepted_at IS NULL AND revoked_at IS NULL"
    )
    create_tenant_table(
        "member",
        """
        org_id uuid NOT NULL REFERENCES org ON DELETE CASCADE,
        user_id uuid NOT NULL,
        external_id text,
        profile jsonb NOT NULL DEFAULT '{}',
        conversation_recording_opt_in boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (org_id, user_id)
        """,
    )
    op.execute(
        "CREATE UNIQUE INDEX member_by_external_id ON member (org_id, external_id) WHERE external_id IS NOT NULL"
    )
    op.execute(REQUIRE_MEMBER)
    create_tenant_table(
        "idempotency_record",
        """
        org_id uuid NOT NULL REFERENCES org ON DELETE CASCADE,
        scope_digest bytea NOT NULL,
        user_id uuid,
        request_digest bytea NOT NULL,
        response_ciphertext bytea NOT NULL,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (org_id, scope_digest),
        FOREIGN KEY (org_id, user_id) REFERENCES member ON DELETE CASCADE
        """,
    )
    op.execute("CREATE INDEX idempotency_record_by_expiry ON idempotency_record (expires_at)")
    op.execute("CREATE INDEX idempotency_record_by_member ON idempotency_record (org_id, user_id)")
    op.execute(
        """
        CREATE UNLOGGED TABLE rate_bucket (
            bucket bytea PRIMARY KEY,
            tokens double precision NOT NULL,
            taken double precision NOT NULL,
            updated_at timestamptz NOT NULL
        )
        """
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON rate_bucket TO healthpartner_system")
    create_tenant_table(
        "audit_entry",
        """
        org_id uuid NOT NULL REFERENCES org ON DELETE CASCADE,
        entry_id uuid NOT NULL,
        occurred_at timestamptz NOT NULL,
        actor_type text NOT NULL,
        actor_id text,
        action text NOT NULL,
        subject_type text NOT NULL,
        subject_id text,
        user_id uuid,
        request_id text,
        PRIMARY KEY (org_id, entry_id)
        """,
    )
    op.execute("CREATE INDEX audit_entry_by_time ON audit_entry (org_id, occurred_at DESC, entry_id DESC)")
    op.execute("CREATE INDEX audit_entry_by_member ON audit_entry (org_id, user_id) WHERE user_id IS NOT NULL")


def downgrade() -> None:
    for table in (
        "audit_entry",
        "rate_bucket",
        "idempotency_record",
        "member",
        "invite",
        "console_member",
        "token_key",
        "signing_secret",
        "tenant_key",
        "org",
    ):
        op.execute(f"DROP TABLE {table} CASCADE")
    op.execute("DROP FUNCTION hp_require_member(uuid)")
