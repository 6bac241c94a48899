"""How partners know their items: by a `client_id`, of which only a hash is kept, and of many of them three digits."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.samples import Int64s
from healthpartner.domains.metrics.items.neighbours import ALONE, neighbourhoods

# No text begins so in UTF-8: what neighbours share is never taken for an id.
_SHARED = b"\xff"


class Neighbours(NamedTuple):
    """Ids that have neighbours and the place of each in its neighbourhood; `members` index both, by the
    neighbourhood's key.
    """

    client_ids: Sequence[str]
    places: Int64s
    members: dict[str, NDArray[np.intp]]


def client_keys(org_id: UUID, kind: str, client_ids: Iterable[str]) -> list[str]:
    """128 bits of tenant, kind of item and id as 32 hexadecimal digits; what ids hold is the partner's business, so none
    is kept. The same id, such as a date, may stand for a day of activity and for a weighing.
    """
    return _digests(_begun(org_id, kind), (client_id.encode() for client_id in client_ids))


def sorted_out(org_id: UUID, kind: str, client_ids: Sequence[str]) -> tuple[Neighbours, list[str]]:
    """The ids that have neighbours, and those that are alone."""
    shared, places = neighbourhoods(client_ids)
    alone: list[str] = []
    if (places == ALONE).any():
        alone = [client_ids[at] for at in np.flatnonzero(places == ALONE).tolist()]
        others = np.flatnonzero(places != ALONE)
        client_ids, shared = [client_ids[at] for at in others.tolist()], [shared[at] for at in others.tolist()]
        places = places[others]
    return Neighbours(client_ids, places, _members(org_id, kind, shared)), alone


def _members(org_id: UUID, kind: str, shared: Sequence[bytes]) -> dict[str, NDArray[np.intp]]:
    """Which ids belong to each neighbourhood, by its key: a hash of what they share."""
    if not shared:
        return {}
    begun = _begun(org_id, kind)
    begun.update(_SHARED)
    numbers = {text: number for number, text in enumerate(dict.fromkeys(shared))}
    numbered = np.fromiter(map(numbers.__getitem__, shared), np.intp, len(shared))
    members = np.split(np.argsort(numbered, kind="stable"), np.cumsum(np.bincount(numbered))[:-1])
    return dict(zip(_digests(begun, numbers), members, strict=True))


def _begun(org_id: UUID, kind: str) -> "hashlib.blake2b":
    return hashlib.blake2b(digest_size=16, salt=org_id.bytes, person=kind.encode())


def _digests(begun: "hashlib.blake2b", texts: Iterable[bytes]) -> list[str]:
    return [_digest(begun.copy(), text) for text in texts]


def _digest(begun: "hashlib.blake2b", text: bytes) -> str:
    begun.update(text)
    return begun.hexdigest()
