"""What readers are told about how sources were fused."""

from typing import Literal

from msgspec import Struct


class SourceShare(Struct, frozen=True, omit_defaults=True):
    """What became of one source's figure of a day, or of what it has measured in one minute.

    `value` is what the source says by itself and `counted` what of it is in the answer; `overlapped_share`, from 0 to 1,
    is how much of it lies where a higher source has measured.
    """

    provider: str
    kind: Literal["samples", "daily_total"]
    status: Literal["used", "partly_used", "dropped"]
    reason: str
    value: float
    counted: float
    overlapped_share: float
    samples: int
    device: str | None = None
