"""Daily averages of members with several sources are counted anew: what one source measured on a day now counts less too
where another has measured the same time after midnight.
"""

from alembic import op
from sqlalchemy import text

revision = "0023_averages_counted_anew"
down_revision = "0022_figure_months"

# Heart rate and resting heart rate. A few members at a time, locked as by whoever writes their figures.
MARK = text("""
WITH page AS MATERIALIZED (
    SELECT m.org_id, m.user_id FROM member m JOIN org o USING (org_id)
    WHERE (m.org_id, m.user_id) > (:org_id, :user_id) ORDER BY m.org_id, m.user_id LIMIT 20
    FOR NO KEY UPDATE OF m FOR KEY SHARE OF o
), marked AS (
    UPDATE daily_figure f SET stale = true FROM page
    WHERE f.org_id = page.org_id AND f.user_id = page.user_id AND f.metric IN (101, 102) AND NOT f.frozen AND NOT f.stale
        AND (SELECT count(*) FROM sample_source s WHERE s.org_id = page.org_id AND s.user_id = page.user_id) > 1
)
SELECT org_id, user_id FROM page ORDER BY org_id DESC, user_id DESC LIMIT 1
""")
NOBODY = "00000000-0000-0000-0000-000000000000"


def upgrade() -> None:
    last = {"org_id": NOBODY, "user_id": NOBODY}
    # Each few by itself: what is marked twice is no worse, and nobody waits for all of it.
    with op.get_context().autocommit_block():
        # Shorter than what a statement may take: whoever waits for the few that are locked waits no longer than this.
        op.execute("SET lock_timeout = '15s'")
        while (row := op.get_bind().execute(MARK, last).first()) is not None:
            last = {"org_id": row.org_id, "user_id": row.user_id}
        op.execute("SET lock_timeout = '4s'")


def downgrade() -> None:
    """The release before counts otherwise."""
    upgrade()
