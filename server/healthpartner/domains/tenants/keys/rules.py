"""What a tenant key looks like.

`hp_sandbox_<12 characters>_<43 characters>`: the part before the last underscore is public and finds the
key; the whole has 256 random bits behind it, so one SHA-256 is enough to keep it by.
"""

import hashlib
import hmac
import secrets
import string

from msgspec import Struct

LETTERS = string.ascii_letters + string.digits
PREFIX_LENGTH = 12
LONGEST = 200


class NewKey(Struct, frozen=True):
    prefix: str
    secret: str
    digest: bytes


def digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def new_key(environment_prefix: str) -> NewKey:
    public = environment_prefix + "".join(secrets.choice(LETTERS) for _ in range(PREFIX_LENGTH))
    key = f"{public}_{secrets.token_urlsafe(32).replace('_', '-')}"
    return NewKey(public, key, digest(key))


def prefix_of(key: str, environment_prefix: str) -> str | None:
    """The public part, or None for what cannot be a key of this environment."""
    if len(key) > LONGEST or not key.isascii() or not key.startswith(environment_prefix):
        return None
    prefix, _, rest = key.rpartition("_")
    if not rest or len(prefix) != len(environment_prefix) + PREFIX_LENGTH:
        return None
    return prefix


def matches(key: str, stored: bytes) -> bool:
    return hmac.compare_digest(digest(key), stored)
