"""What a statement read, from what EXPLAIN (ANALYZE, FORMAT JSON) tells."""

from collections.abc import Iterator
from typing import Any


def nodes(plan: Any) -> Iterator[dict[str, Any]]:
    if isinstance(plan, dict):
        if "Node Type" in plan:
            yield plan
        for value in plan.values():
            yield from nodes(value)
    if isinstance(plan, list):
        for value in plan:
            yield from nodes(value)


def rows_read(plan: Any) -> float:
    """What the scans of tables and indexes found, kept or not."""
    removed = ("Rows Removed by Filter", "Rows Removed by Join Filter", "Rows Removed by Index Recheck")
    total = 0.0
    for node in nodes(plan):
        passed_over = sum(node.get(name, 0) for name in removed)
        found = node["Actual Rows"] if node["Node Type"].endswith("Scan") and node["Node Type"] != "CTE Scan" else 0
        total += (passed_over + found) * node["Actual Loops"]
    return total
