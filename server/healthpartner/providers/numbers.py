"""Numbers as texts of files write them."""

import math


def finite(text: str) -> float | None:
    """None for what is no finite decimal number."""
    try:
        value = float(text) if "_" not in text else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None
