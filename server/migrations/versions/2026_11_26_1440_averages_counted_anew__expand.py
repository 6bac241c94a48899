"""Daily averages of members with several sources are counted anew: what one source measured on a day now counts less too
where another has measured the same time after midnight.
"""

from members import for_each_member

revision = "0024_averages_counted_anew"
down_revision = "0023_figure_months_filled"

# Of heart rate and resting heart rate.
MARK = """
UPDATE daily_figure SET stale = true
WHERE org_id = its_org AND user_id = its_user AND metric IN (101, 102) AND NOT frozen AND NOT stale
    AND (SELECT count(*) FROM sample_source s WHERE s.org_id = its_org AND s.user_id = its_user) > 1;
"""


def upgrade() -> None:
    for_each_member(MARK)


def downgrade() -> None:
    """The release before counts otherwise."""
    upgrade()
