"""Daily figures by the month of those that are there."""

from members import for_each_member

revision = "0023_figure_months_filled"
down_revision = "0022_figure_months"

FILL = """
PERFORM hp_put_figure_month(org_id, user_id, month, metric) FROM (
    SELECT DISTINCT org_id, user_id, date_trunc('month', day::timestamp)::date AS month, metric FROM daily_figure
    WHERE org_id = its_org AND user_id = its_user
) AS of_month;
"""


def upgrade() -> None:
    for_each_member(FILL)


def downgrade() -> None:
    """They go with their table."""
