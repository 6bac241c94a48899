"""How long a tenant keeps measurements and in how much detail, which chunks are thinned, and figures that stay as they are."""

from alembic import op
from tenancy import create_tenant_table

revision = "0018_retention"
down_revision = "0017_neighbouring_ids"

# As before, but for figures whose samples are no more.
CLOCK_CHANGED = """
CREATE OR REPLACE FUNCTION hp_clock_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE daily_figure SET stale = true WHERE org_id = NEW.org_id AND user_id = NEW.user_id AND floating{but_frozen};
    RETURN NULL;
END $$
"""
ORDER_CHANGED = """
CREATE OR REPLACE FUNCTION hp_source_order_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed source_order := CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
BEGIN
    UPDATE daily_figure SET stale = true
    WHERE org_id = changed.org_id AND contested AND (changed.metric = 0 OR metric = changed.metric){but_frozen};
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    # How long the spans are that a chunk was thinned to; unknown means that it holds samples as they came.
    op.execute("ALTER TABLE sample_chunk ADD COLUMN span_minutes smallint")
    op.execute("ALTER TABLE daily_figure ADD COLUMN frozen boolean NOT NULL DEFAULT false")
    for function in (CLOCK_CHANGED, ORDER_CHANGED):
        op.execute(function.format(but_frozen=" AND NOT frozen"))
    # It stays once there was one, for days that it has closed stay closed.
    create_tenant_table(
        "retention_policy",
        """
        org_id uuid NOT NULL PRIMARY KEY REFERENCES org ON DELETE CASCADE,
        revision integer NOT NULL,
        thin_after_days integer,
        span text,
        daily_after_days integer,
        delete_after_days integer,
        changed_at timestamptz NOT NULL
        """,
    )
    # How far a member's data has been gone through. `late_from` is the earliest day of what came for days before that.
    create_tenant_table(
        "retention_progress",
        """
        org_id uuid NOT NULL,
        user_id uuid NOT NULL,
        revision integer NOT NULL DEFAULT 0,
        swept_on date,
        thinned_before date,
        daily_before date,
        late_from date,
        late_times integer NOT NULL DEFAULT 0,
        PRIMARY KEY (org_id, user_id),
        FOREIGN KEY (org_id, user_id) REFERENCES member ON DELETE CASCADE
        """,
    )


def downgrade() -> None:
    op.execute("DROP TABLE retention_progress")
    op.execute("DROP TABLE retention_policy")
    for function in (CLOCK_CHANGED, ORDER_CHANGED):
        op.execute(function.format(but_frozen=""))
    op.execute("ALTER TABLE daily_figure DROP COLUMN frozen")
    op.execute("ALTER TABLE sample_chunk DROP COLUMN span_minutes")
