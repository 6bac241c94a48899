"""How partners know their items: by a `client_id`, of which only a hash is kept."""

import hashlib
from collections.abc import Iterable
from uuid import UUID


def client_keys(org_id: UUID, kind: str, client_ids: Iterable[str]) -> list[str]:
    """128 bits of tenant, kind of item and id as 32 hexadecimal digits; what ids hold is the partner's business, so none
    is kept. The same id, such as a date, may stand for a day of activity and for a weighing.
    """
    begun = hashlib.blake2b(digest_size=16, salt=org_id.bytes, person=kind.encode())
    return [_digest(begun.copy(), client_id) for client_id in client_ids]


def _digest(begun: "hashlib.blake2b", client_id: str) -> str:
    begun.update(client_id.encode())
    return begun.hexdigest()
