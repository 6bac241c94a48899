"""Daily figures by the month of those that are there."""

from alembic import op
from sqlalchemy import text

revision = "0023_figure_months_filled"
down_revision = "0022_figure_months"

# A member at a time, locked as by whoever writes their figures, for there may be years of many. Figures are read by a
# statement of their own: one that waits for the lock would not see what was written meanwhile.
FILL = """
CREATE OR REPLACE FUNCTION pg_temp.fill_figure_months(INOUT its_org uuid, INOUT its_user uuid) LANGUAGE plpgsql AS $$
BEGIN
    SELECT org_id, user_id INTO its_org, its_user FROM member JOIN org USING (org_id)
    WHERE (org_id, user_id) > (its_org, its_user) ORDER BY org_id, user_id LIMIT 1
    FOR NO KEY UPDATE OF member FOR KEY SHARE OF org;
    PERFORM hp_put_figure_month(org_id, user_id, month, metric) FROM (
        SELECT DISTINCT org_id, user_id, date_trunc('month', day::timestamp)::date AS month, metric FROM daily_figure
        WHERE org_id = its_org AND user_id = its_user
    ) AS of_month;
END $$
"""
NEXT = text("SELECT its_org, its_user FROM pg_temp.fill_figure_months(:org_id, :user_id)")
NOBODY = "00000000-0000-0000-0000-000000000000"


def upgrade() -> None:
    # Each by itself: what is written twice is no worse, and nobody waits for all of it.
    with op.get_context().autocommit_block():
        # Shorter than what a statement may take: whoever waits for the one that is locked waits no longer than this.
        op.execute("SET lock_timeout = '15s'")
        op.execute(FILL)
        last = (NOBODY, NOBODY)
        while last[0] is not None:
            row = op.get_bind().execute(NEXT, {"org_id": last[0], "user_id": last[1]}).one()
            last = (row.its_org, row.its_user)
        op.execute("SET lock_timeout = '4s'")


def downgrade() -> None:
    """They go with their table."""
