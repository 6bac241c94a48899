"""Signed addresses of files, and what is behind them. An address is sealed, so it needs no row and tells nothing."""

import base64
import binascii
from datetime import datetime

import msgspec

from healthpartner.core.clock import Clock
from healthpartner.core.encryption import DecryptionFailed, Keyring
from healthpartner.core.errors import NotFound
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.downloads.schemas import SealedFile
from healthpartner.gateways.files.contract import FileStore

_CONTEXT = b"download"


async def address(
    uow: UnitOfWork, files: FileStore, keyring: Keyring, base_url: str, key: str, filename: str, expires_at: datetime
) -> str:
    """Where anybody who knows it gets the file until it expires. `base_url`: where clients reach us."""
    theirs = await files.download_url(key, expires_at - uow.now())
    if theirs is not None:
        return theirs
    sealed = keyring.encrypt(
        msgspec.msgpack.encode(SealedFile(uow.org_id, key, filename, expires_at)), context=_CONTEXT
    )
    return f"{base_url.rstrip('/')}/v1/downloads/{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"


def unsealed(keyring: Keyring, token: str, clock: Clock) -> SealedFile:
    """The file behind an address; `NotFound` for one that we did not make, or that has expired."""
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        file = msgspec.msgpack.decode(keyring.decrypt(sealed, context=_CONTEXT), type=SealedFile)
    except (binascii.Error, ValueError, DecryptionFailed):
        raise NotFound from None
    if file.expires_at <= clock.now_of(file.org_id):
        raise NotFound
    return file
