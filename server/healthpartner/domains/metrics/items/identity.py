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
    """The place of each id in its neighbourhood, and which ones belong to each neighbourhood, by its key."""

    places: Int64s
    members: dict[str, NDArray[np.intp]]


def client_keys(org_id: UUID, kind: str, client_ids: Iterable[str]) -> list[str]:
    """128 bits of tenant, kind of item and id as 32 hexadecimal digits; what ids hold is the partner's business, so none
    is kept. The same id, such as a date, may stand for a day of activity and for a weighing.
    """
    return _digests(_begun(org_id, kind), (client_id.encode() for client_id in client_ids))


def sorted_out(org_id: UUID, kind: str, client_ids: Sequence[str]) -> tuple[Neighbours, list[int]]:
    """(those that have neighbours, which ones have none). There must be one id at least."""
    shared, of, places = neighbourhoods(client_ids)
    ends = np.cumsum(np.bincount(of - ALONE, minlength=len(shared) + 1))
    alone, *members = np.split(np.argsort(of, kind="stable"), ends[:-1])
    # A neighbourhood's key is a hash of what its ids share.
    begun = _begun(org_id, kind)
    begun.update(_SHARED)
    return Neighbours(places, dict(zip(_digests(begun, shared), members, strict=True))), alone.tolist()


def _begun(org_id: UUID, kind: str) -> "hashlib.blake2b":
    return hashlib.blake2b(digest_size=16, salt=org_id.bytes, person=kind.encode())


def _digests(begun: "hashlib.blake2b", texts: Iterable[bytes]) -> list[str]:
    return [_digest(begun.copy(), text) for text in texts]


def _digest(begun: "hashlib.blake2b", text: bytes) -> str:
    begun.update(text)
    return begun.hexdigest()
