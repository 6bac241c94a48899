"""Sleep sessions and workouts, as each source told them. Nights and merged workouts are made when they are read."""

from alembic import op
from tenancy import create_tenant_table

revision = "0007_sleep_and_workouts"
down_revision = "0006_data_exports"


def upgrade() -> None:
    # `identity` is `id:` and the source's own id, or `at:` and start and end. `source_updated_at` is the source's clock.
    create_tenant_table(
        "sleep_session",
        """
        org_id uuid NOT NULL,
        user_id uuid NOT NULL,
        sample_id uuid NOT NULL,
        source_id integer NOT NULL,
        identity text NOT NULL,
        start_at timestamptz NOT NULL,
        end_at timestamptz NOT NULL,
        offset_minutes smallint,
        day date,
        is_nap boolean,
        source_updated_at timestamptz,
        figures jsonb NOT NULL,
        stages bytea NOT NULL,
        PRIMARY KEY (org_id, user_id, sample_id),
        UNIQUE (org_id, user_id, source_id, identity),
        FOREIGN KEY (org_id, user_id) REFERENCES member ON DELETE CASCADE,
        FOREIGN KEY (org_id, user_id, source_id) REFERENCES sample_source ON DELETE CASCADE
        """,
    )
    op.execute("CREATE INDEX sleep_session_by_end ON sleep_session (org_id, user_id, end_at)")
    create_tenant_table(
        "workout",
        """
        org_id uuid NOT NULL,
        user_id uuid NOT NULL,
        sample_id uuid NOT NULL,
        source_id integer NOT NULL,
        identity text NOT NULL,
        start_at timestamptz NOT NULL,
        end_at timestamptz NOT NULL,
        offset_minutes smallint,
        sport text NOT NULL,
        provider_sport text,
        title text,
        source_updated_at timestamptz,
        figures jsonb NOT NULL,
        segments jsonb NOT NULL,
        route bytea,
        PRIMARY KEY (org_id, user_id, sample_id),
        UNIQUE (org_id, user_id, source_id, identity),
        FOREIGN KEY (org_id, user_id) REFERENCES member ON DELETE CASCADE,
        FOREIGN KEY (org_id, user_id, source_id) REFERENCES sample_source ON DELETE CASCADE
        """,
    )
    op.execute("CREATE INDEX workout_by_start ON workout (org_id, user_id, start_at)")
    op.execute("ALTER TABLE workout ALTER COLUMN route SET STORAGE EXTERNAL")


def downgrade() -> None:
    op.execute("DROP TABLE workout")
    op.execute("DROP TABLE sleep_session")
