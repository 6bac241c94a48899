"""Why a day's energy in all is what it is: one source's word for it, or active energy and energy at rest together."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from healthpartner.domains.metrics.fusion.schemas import SourceShare

PARTS_ARE_MORE = "active energy and energy at rest together are more"
ADDED = {"active": "active energy, added to energy at rest", "basal": "energy at rest, added to active energy"}
NOT_MORE = {
    "active": "active energy, which with energy at rest is not more than the total that is told",
    "basal": "energy at rest, which with active energy is not more than the total that is told",
}


def shares_of_energy(
    told: float | None, made: float | None, of_total: Sequence[SourceShare], **parts: Sequence[SourceShare]
) -> list[SourceShare]:
    """`told` is what the total is said to be, `made` what the `active` and the `basal` part are together."""
    if made is None:
        return list(of_total)
    if told is not None and told >= made:
        return [*of_total, *(each for name, shares in parts.items() for each in _dropped(shares, NOT_MORE[name]))]
    added = [replace(each, reason=f"{ADDED[name]}: {each.reason}") for name, shares in parts.items() for each in shares]
    return [*added, *_dropped(of_total, PARTS_ARE_MORE)]


def _dropped(shares: Iterable[SourceShare], reason: str) -> list[SourceShare]:
    return [replace(each, status="dropped", counted=0.0, reason=reason) for each in shares]
