"""Daily figures by the month, as summaries read them: one row where `daily_figure` has thirty.

The database keeps it from `daily_figure`, in the transaction of whoever writes there, so that a process of the release
before keeps it too.
"""

from alembic import op
from tenancy import create_tenant_table

revision = "0022_figure_months"
down_revision = "0021_corrected_sessions"

# Numbers are doubles one behind the other, as `float8send` writes them, which the database hands out in a fraction of an
# array's time: a place for each day of the month, NaN where the day has no figure. `source` is the one source of all figures
# of the month; where they have others, or several, or none, it is null, and `sources` tells those of each day.
MONTHS = """
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    month date NOT NULL,
    metric smallint NOT NULL,
    value bytea NOT NULL,
    minimum bytea NOT NULL,
    maximum bytea NOT NULL,
    source integer,
    sources text[],
    PRIMARY KEY (org_id, user_id, month, metric),
    FOREIGN KEY (org_id, user_id) REFERENCES member ON DELETE CASCADE
"""

# Of one month and metric, from all of its days. To plan it each time would cost more than to run it.
PUT = """
CREATE FUNCTION hp_put_figure_month(its_org uuid, its_user uuid, its_month date, its_metric smallint) RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    its_end date := its_month + INTERVAL '1 month';
BEGIN
    INSERT INTO figure_month (org_id, user_id, month, metric, value, minimum, maximum, source, sources)
    SELECT its_org, its_user, its_month, its_metric,
        string_agg(float8send(coalesce(value, 'NaN')), '' ORDER BY place),
        string_agg(float8send(coalesce(minimum, 'NaN')), '' ORDER BY place),
        string_agg(float8send(coalesce(maximum, 'NaN')), '' ORDER BY place),
        CASE WHEN count(DISTINCT told) = 1 THEN min(one) END,
        CASE WHEN count(DISTINCT told) > 1 OR min(one) IS NULL THEN array_agg(told ORDER BY place) END
    FROM generate_series(0, its_end - its_month - 1) AS place
    LEFT JOIN (
        SELECT day - its_month AS place, value, minimum, maximum, array_to_string(sources, ' ') AS told,
            CASE WHEN cardinality(sources) = 1 THEN sources[1] END AS one
        FROM daily_figure
        WHERE org_id = its_org AND user_id = its_user AND metric = its_metric AND day >= its_month AND day < its_end
    ) AS f USING (place)
    HAVING count(value) > 0
    ON CONFLICT (org_id, user_id, month, metric) DO UPDATE SET
        value = excluded.value, minimum = excluded.minimum, maximum = excluded.maximum, source = excluded.source,
        sources = excluded.sources;
    IF NOT FOUND THEN
        DELETE FROM figure_month
        WHERE org_id = its_org AND user_id = its_user AND month = its_month AND metric = its_metric;
    END IF;
END $$
"""
MONTHS_OF = "SELECT DISTINCT org_id, user_id, date_trunc('month', day::timestamp)::date AS month, metric FROM"
# To say that a figure is stale, or frozen, changes no month: who says so need not have locked the member. Rows as they were
# are found by hashing, for a plan that was made for one row would go through all of them for each of thousands.
FOLLOW = f"""
CREATE FUNCTION hp_figures_changed() RETURNS trigger LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET enable_nestloop = off AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        PERFORM hp_put_figure_month(org_id, user_id, month, metric) FROM (
            {MONTHS_OF} changed JOIN before USING (org_id, user_id, metric, day)
            WHERE (changed.value, changed.minimum, changed.maximum, changed.sources)
                IS DISTINCT FROM (before.value, before.minimum, before.maximum, before.sources)
        ) AS of_month;
    ELSE
        PERFORM hp_put_figure_month(org_id, user_id, month, metric) FROM ({MONTHS_OF} changed) AS of_month;
    END IF;
    RETURN NULL;
END $$
"""
TRANSITIONS = {
    "INSERT": "NEW TABLE AS changed",
    "UPDATE": "NEW TABLE AS changed OLD TABLE AS before",
    "DELETE": "OLD TABLE AS changed",
}


def upgrade() -> None:
    create_tenant_table("figure_month", MONTHS)
    op.execute(PUT)
    op.execute(FOLLOW)
    for event, tables in TRANSITIONS.items():
        op.execute(
            f"CREATE TRIGGER figure_months_follow_{event.lower()} AFTER {event} ON daily_figure REFERENCING {tables} "
            "FOR EACH STATEMENT EXECUTE FUNCTION hp_figures_changed()"
        )


def downgrade() -> None:
    for event in TRANSITIONS:
        op.execute(f"DROP TRIGGER figure_months_follow_{event.lower()} ON daily_figure")
    op.execute("DROP FUNCTION hp_figures_changed()")
    op.execute("DROP FUNCTION hp_put_figure_month(uuid, uuid, date, smallint)")
    op.execute("DROP TABLE figure_month")
