"""The ids of samples as text, a column at a time."""

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.metrics import Metric
from healthpartner.canonical.sample_ids import sample_id
from healthpartner.canonical.samples import Int64s

_INSTANT_BIAS = 1 << 47
_DIGITS = np.frombuffer(b"0123456789abcdef", np.uint8)
_SHIFTS = np.arange(44, -1, -4)
_FIRST_GROUP, _SECOND_GROUP = slice(0, 8), slice(9, 13)
_LENGTH = 36


def sample_ids(metric: Metric, source_ids: Int64s, start_ms: Int64s) -> list[str]:
    """`canonical.sample_ids.sample_id` of each: only the first twelve digits, the instant, differ within a source."""
    texts = np.empty((len(start_ms), _LENGTH), np.uint8)
    for source in set(source_ids.tolist()):
        texts[source_ids == source] = np.frombuffer(str(sample_id(metric.code, source, 0)).encode(), np.uint8)
    digits: NDArray[np.uint8] = _DIGITS[(start_ms + _INSTANT_BIAS)[:, None] >> _SHIFTS & 0xF]
    texts[:, _FIRST_GROUP], texts[:, _SECOND_GROUP] = digits[:, :8], digits[:, 8:]
    joined = texts.tobytes().decode()
    return [joined[at : at + _LENGTH] for at in range(0, len(joined), _LENGTH)]
