"""Making, rotating and reading signing secrets."""

import base64
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from healthpartner.core.encryption import DecryptionFailed, Keyring
from healthpartner.core.errors import invalid
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.domains.tenants.signing import store
from healthpartner.domains.tenants.signing.schemas import ActiveSecret, SigningSecretRotation
from healthpartner.events.signing import MINIMUM_SECRET_BYTES, SECRET_PREFIX, SecretTooShort, TimedSecret, parse_secret

_log = structlog.get_logger(__name__)


async def create_first(uow: UnitOfWork, keyring: Keyring) -> str:
    """The secret of a new organisation as text, which nobody can read again."""
    secret = os.urandom(MINIMUM_SECRET_BYTES)
    await store.insert(uow, keyring.encrypt(secret, context=uow.org_id.bytes))
    return _as_text(secret)


def parse_given(text: str) -> bytes:
    """A secret that the partner brings, or `ValidationFailed` without quoting it."""
    try:
        return parse_secret(text)
    except SecretTooShort as error:
        raise invalid("signing_secret", "too_short", f"{error}.") from None
    except ValueError as error:
        raise invalid("signing_secret", "invalid_value", f"{error}.") from None


async def rotate(
    uow: UnitOfWork, keyring: Keyring, grace_period_seconds: int, given: bytes | None
) -> SigningSecretRotation:
    """From now on the new secret signs, and until the grace period is over the previous one signs too."""
    now = uow.now()
    expires_at = now + timedelta(seconds=grace_period_seconds)
    secret = given or os.urandom(MINIMUM_SECRET_BYTES)
    await store.lock_organisation(uow)
    await store.retire(uow, expires_at)
    secret_id = await store.insert(uow, keyring.encrypt(secret, context=uow.org_id.bytes))
    await audit.record(uow, "signing_secret.rotated", "signing_secret", secret_id)
    return SigningSecretRotation(
        signing_secret_rotated_at=now,
        previous_secret_expires_at=expires_at,
        new_signing_secret=None if given else _as_text(secret),
    )


async def list_active(uow: UnitOfWork) -> list[ActiveSecret]:
    """The secrets that sign now, newest first, without what they are."""
    return [ActiveSecret(row["created_at"], row["expires_at"]) for row in await store.select_active(uow)]


async def active_secrets(uow: UnitOfWork, keyring: Keyring) -> list[bytes]:
    """The organisation's secrets that sign now, newest first."""
    rows = await store.select_active(uow)
    return [keyring.decrypt(row["ciphertext"], context=uow.org_id.bytes) for row in rows]


async def active_secrets_of(
    connection: Any, keyring: Keyring, org_ids: Sequence[UUID], now: datetime
) -> dict[UUID, list[TimedSecret]]:
    """As `active_secrets`, with their ends, for the delivery workers, which serve every organisation. What this process
    cannot decrypt is left out.
    """
    secrets: dict[UUID, list[TimedSecret]] = {org_id: [] for org_id in org_ids}
    for row in await store.select_active_of(connection, org_ids, now):
        try:
            secret = keyring.decrypt(row["ciphertext"], context=row["org_id"].bytes)
            secrets[row["org_id"]].append(TimedSecret(secret, row["expires_at"]))
        except DecryptionFailed:
            _log.error("a signing secret cannot be decrypted", org_id=str(row["org_id"]))
    return secrets


def _as_text(secret: bytes) -> str:
    return SECRET_PREFIX + base64.b64encode(secret).decode()
