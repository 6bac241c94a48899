"""Whether figures by the month say what figures by the day do."""

from typing import Any
from uuid import UUID

# In neither order does one have what the other has not, and no month is without any figure.
_DIFFERENCES = """
WITH by_month AS (
    SELECT metric, month + place::integer - 1 AS day, f.value, f.minimum, f.maximum, coalesce(m.source::text, f.told) AS sources
    FROM figure_month m, unnest(m.value, m.minimum, m.maximum, m.sources) WITH ORDINALITY
        AS f (value, minimum, maximum, told, place)
    WHERE user_id = $1 AND f.value IS NOT NULL
), by_day AS (
    SELECT metric, day, value, minimum, maximum, array_to_string(sources, ' ') AS sources
    FROM daily_figure WHERE user_id = $1
)
(SELECT * FROM by_month EXCEPT SELECT * FROM by_day) UNION ALL (SELECT * FROM by_day EXCEPT SELECT * FROM by_month)
UNION ALL SELECT metric, month, NULL, NULL, NULL, NULL FROM figure_month m
WHERE user_id = $1 AND NOT EXISTS (SELECT FROM by_month b WHERE (b.metric, date_trunc('month', b.day)) = (m.metric, m.month))
"""


async def differences(uow: Any, member: UUID) -> list[Any]:
    """Of a member's figures: none, whoever writes them."""
    found: list[Any] = await uow.fetch(_DIFFERENCES, member)
    return found
