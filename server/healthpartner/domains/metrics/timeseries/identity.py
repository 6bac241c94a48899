"""How a sample is known: by the partner as a `client_id`, by us as a `sample_id`; both as text, a column at a time."""

import hashlib
from collections.abc import Iterable
from uuid import UUID

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
    for source in np.unique(source_ids).tolist():
        texts[source_ids == source] = np.frombuffer(str(sample_id(metric.code, source, 0)).encode(), np.uint8)
    digits: NDArray[np.uint8] = _DIGITS[(start_ms + _INSTANT_BIAS)[:, None] >> _SHIFTS & 0xF]
    texts[:, _FIRST_GROUP], texts[:, _SECOND_GROUP] = digits[:, :8], digits[:, 8:]
    made: list[str] = texts.view(f"S{_LENGTH}").ravel().astype(f"U{_LENGTH}").tolist()
    return made


def client_keys(org_id: UUID, client_ids: Iterable[str]) -> list[str]:
    """128 bits of tenant and id as 32 hexadecimal digits; what ids hold is the partner's business, so none is kept."""
    blake2b, salt = hashlib.blake2b, org_id.bytes
    return [blake2b(client_id.encode(), digest_size=16, salt=salt).hexdigest() for client_id in client_ids]
