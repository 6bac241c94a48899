"""Daily averages of members with several sources are counted anew: what one source measured on a day now counts less too
where another has measured the same time after midnight.
"""

from alembic import op
from sqlalchemy import text

revision = "0024_averages_counted_anew"
down_revision = "0023_figure_months_filled"

# Heart rate and resting heart rate, a member at a time, locked as by whoever writes their figures; marked by a statement of
# its own: one that waits for the lock would not see what was written meanwhile.
MARK = """
CREATE OR REPLACE FUNCTION pg_temp.mark_averages(INOUT its_org uuid, INOUT its_user uuid) LANGUAGE plpgsql AS $$
BEGIN
    SELECT org_id, user_id INTO its_org, its_user FROM member JOIN org USING (org_id)
    WHERE (org_id, user_id) > (its_org, its_user) ORDER BY org_id, user_id LIMIT 1
    FOR NO KEY UPDATE OF member FOR KEY SHARE OF org;
    UPDATE daily_figure SET stale = true
    WHERE org_id = its_org AND user_id = its_user AND metric IN (101, 102) AND NOT frozen AND NOT stale
        AND (SELECT count(*) FROM sample_source s WHERE s.org_id = its_org AND s.user_id = its_user) > 1;
END $$
"""
NEXT = text("SELECT its_org, its_user FROM pg_temp.mark_averages(:org_id, :user_id)")
NOBODY = "00000000-0000-0000-0000-000000000000"


def upgrade() -> None:
    # Each by itself: what is marked twice is no worse, and nobody waits for all of it.
    with op.get_context().autocommit_block():
        # Shorter than what a statement may take: whoever waits for the one that is locked waits no longer than this.
        op.execute("SET lock_timeout = '15s'")
        op.execute(MARK)
        last = (NOBODY, NOBODY)
        while last[0] is not None:
            row = op.get_bind().execute(NEXT, {"org_id": last[0], "user_id": last[1]}).one()
            last = (row.its_org, row.its_user)
        op.execute("SET lock_timeout = '4s'")


def downgrade() -> None:
    """The release before counts otherwise."""
    upgrade()
