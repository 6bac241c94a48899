"""Decisions about passwords, codes of authenticator apps and recovery codes."""

import hashlib
import secrets
from datetime import datetime

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from healthpartner.core.errors import Detail

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
LEAST_DIFFERENT = 5
LONGEST_CODE = 40
RECOVERY_CODES = 10
RECOVERY_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
RECOVERY_GROUPS, RECOVERY_GROUP = 4, 5
STEP_SECONDS = 30
DIGITS = 6
ISSUER = "Health Partner"

_HASHER = PasswordHasher()
# What an unknown account is checked against, so that it takes as long as a known one.
_NOBODY = _HASHER.hash(secrets.token_urlsafe(32))


def objections(password: str, email: str) -> tuple[Detail, ...]:
    if len(password) < SHORTEST_PASSWORD:
        return (Detail("password", "too_short", f"Use at least {SHORTEST_PASSWORD} characters."),)
    if len(password) > LONGEST_PASSWORD:
        return (Detail("password", "too_long", f"Use at most {LONGEST_PASSWORD} characters."),)
    if len(set(password)) < LEAST_DIFFERENT or email.split("@", maxsplit=1)[0].lower() in password.lower():
        return (Detail("password", "invalid_value", "This is too easy to guess."),)
    return ()


def hashed(password: str) -> str:
    """Argon2id; slow by design, so never on the event loop."""
    return _HASHER.hash(password)


def verified(password: str, stored: str | None) -> bool:
    """Whether the password fits; as slow for nobody's account. Never on the event loop."""
    try:
        return _HASHER.verify(stored or _NOBODY, password[:LONGEST_PASSWORD]) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def new_totp_secret() -> str:
    return pyotp.random_base32()


def provisioning_uri(secret: str, email: str, org_name: str) -> str:
    """What the QR code for the authenticator app says."""
    issuer = f"{ISSUER} {org_name}".replace(":", " ")
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is: the present one, or a neighbour for clocks that differ."""
    given = code.replace(" ", "")
    if len(given) != DIGITS or not (given.isascii() and given.isdigit()):
        return None
    totp = pyotp.TOTP(secret)
    present = int(now.timestamp()) // STEP_SECONDS
    fitting = [
        step
        for step in (present - 1, present, present + 1)
        if secrets.compare_digest(totp.at(step * STEP_SECONDS), given)
    ]
    return fitting[0] if fitting else None


def new_recovery_codes() -> list[str]:
    """Each with about 99 random bits, so one SHA-256 is enough to keep it by."""
    return ["-".join(_letters() for _ in range(RECOVERY_GROUPS)) for _ in range(RECOVERY_CODES)]


def _letters() -> str:
    return "".join(secrets.choice(RECOVERY_LETTERS) for _ in range(RECOVERY_GROUP))


def recovery_digest(code: str) -> bytes:
    return hashlib.sha256(code[:LONGEST_CODE].strip().lower().encode()).digest()
