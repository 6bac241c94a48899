"""Daily figures and daily totals of members, a tenant's order of sources, and how far the samples of a chunk reach."""

from alembic import op
from tenancy import create_tenant_table

revision = "0008_days"
down_revision = "0007_sleep_and_workouts"

# The time zone decides on the day of samples that came without an offset.
CLOCK_CHANGED = """
CREATE FUNCTION hp_clock_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE daily_figure SET stale = true WHERE org_id = NEW.org_id AND user_id = NEW.user_id AND floating;
    RETURN NULL;
END $$
"""
# The order of sources decides on days on which several of them have samples; metric 0 stands for every metric.
ORDER_CHANGED = """
CREATE FUNCTION hp_source_order_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed source_order := CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
BEGIN
    UPDATE daily_figure SET stale = true
    WHERE org_id = changed.org_id AND contested AND (changed.metric = 0 OR metric = changed.metric);
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    # Where a chunk's last sample ends; unknown for chunks written before.
    op.execute("ALTER TABLE sample_chunk ADD COLUMN end_at timestamptz")
    create_tenant_table(
        "daily_figure",
        """
        org_id uuid NOT NULL,
        user_id uuid NOT NULL,
        metric smallint NOT NULL,
        day date NOT NULL,
        value double precision NOT NULL,
        minimum double precision NOT NULL,
        maximum double precision NOT NULL,
        samples integer NOT NULL,
        sources integer[] NOT NULL,
        contested boolean NOT NULL,
        floating boolean NOT NULL,
        stale boolean NOT NULL DEFAULT false,
        PRIMARY KEY (org_id, user_id, metric, day),
        FOREIGN KEY (org_id, user_id) REFERENCES member ON DELETE CASCADE
        """,
    )
    op.execute("CREATE INDEX daily_figure_stale ON daily_figure (org_id, user_id) WHERE stale")
    # What a source says about a whole day; never added to its samples.
    create_tenant_table(
        "daily_total",
        """
        org_id uuid NOT NULL,
        user_id uuid NOT NULL,
        metric smallint NOT NULL,
        day date NOT NULL,
        source_id integer NOT NULL,
        value double precision,
        minimum double precision,
        maximum double precision,
        offset_minutes smallint,
        PRIMARY KEY (org_id, user_id, metric, day, source_id),
        FOREIGN KEY (org_id, user_id) REFERENCES member ON DELETE CASCADE
        """,
    )
    create_tenant_table(
        "source_order",
        """
        org_id uuid NOT NULL REFERENCES org ON DELETE CASCADE,
        metric smallint NOT NULL,
        preferred text[] NOT NULL,
        PRIMARY KEY (org_id, metric)
        """,
    )
    op.execute("CREATE INDEX sample_client_id_by_sample ON sample_client_id (sample_id)")
    op.execute(CLOCK_CHANGED)
    op.execute(
        "CREATE TRIGGER daily_figures_follow_the_clock AFTER UPDATE OF profile ON member FOR EACH ROW "
        "WHEN (OLD.profile ->> 'timezone' IS DISTINCT FROM NEW.profile ->> 'timezone') "
        "EXECUTE FUNCTION hp_clock_changed()"
    )
    op.execute(ORDER_CHANGED)
    op.execute(
        "CREATE TRIGGER daily_figures_follow_the_order AFTER INSERT OR UPDATE OR DELETE ON source_order "
        "FOR EACH ROW EXECUTE FUNCTION hp_source_order_changed()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER daily_figures_follow_the_clock ON member")
    for table in ("source_order", "daily_total", "daily_figure"):
        op.execute(f"DROP TABLE {table} CASCADE")
    op.execute("DROP FUNCTION hp_clock_changed()")
    op.execute("DROP FUNCTION hp_source_order_changed()")
    op.execute("DROP INDEX sample_client_id_by_sample")
    op.execute("ALTER TABLE sample_chunk DROP COLUMN end_at")
