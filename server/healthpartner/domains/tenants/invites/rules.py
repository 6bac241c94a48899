"""What an invite's token looks like, and how an email is compared.

`hp_invite_<12 characters>_<43 characters>`: the part before the last underscore is public; the whole has 256
random bits behind it, so one SHA-256 is enough to keep it by.
"""

import hashlib
import hmac
import secrets
import string
from datetime import timedelta

from healthpartner.domains.tenants.invites.schemas import NewToken

LIVES = timedelta(days=7)
LETTERS = string.ascii_letters + string.digits
PREFIX = "hp_invite_"
LONGEST = 200


def new_token() -> NewToken:
    prefix = PREFIX + "".join(secrets.choice(LETTERS) for _ in range(12))
    text = f"{prefix}_{secrets.token_urlsafe(32).replace('_', '-')}"
    return NewToken(prefix, text, hashlib.sha256(text.encode()).digest())


def prefix_of(token: str) -> str | None:
    """The public part, or None for what cannot be a token."""
    if len(token) > LONGEST or not token.isascii() or not token.startswith(PREFIX):
        return None
    return token.rpartition("_")[0]


def matches(token: str, stored: bytes) -> bool:
    return hmac.compare_digest(hashlib.sha256(token.encode()).digest(), stored)


def normal_email(email: str) -> str:
    """Mail systems in use treat addresses as the same whatever their case."""
    return email.strip().lower()


def invite_url(base: str, token: str) -> str:
    return f"{base.rstrip('/')}/console/invites/{token}"
