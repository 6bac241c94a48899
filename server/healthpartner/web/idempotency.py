"""`Idempotency-Key`: the first answer is kept 24 h, in the transaction of the work that it answers for.

A repeat while the first is at work finds its advisory lock taken; the lock goes with the transaction, so a
crash leaves neither a lock nor half a record. Answers can hold secrets shown once, so records are encrypted.
"""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta

import msgspec
from msgspec import Struct

from healthpartner.core.access import Caller, MemberCaller
from healthpartner.core.encryption import Keyring
from healthpartner.core.errors import HealthPartnerError, ValidationFailed, invalid
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.web import idempotency_store as store
from healthpartner.web.answers import Encoded

KEPT_FOR = timedelta(hours=24)
LONGEST = 255
SERVER_ERROR = 500


class IdempotencyKeyInUse(HealthPartnerError):
    """The first request with this Idempotency-Key is still at work."""

    code = "idempotency_key_in_use"
    status = 409


class IdempotencyKeyReused(ValidationFailed):
    """This Idempotency-Key was used with another request body."""

    code = "idempotency_key_reused"


class Given(Struct, frozen=True):
    """The key that a caller sent, and the request that it came with."""

    key: str
    caller: Caller | None
    method: str
    path: str
    body: bytes

    def scope_digest(self) -> bytes:
        """Tenant, member, method and path: the same key elsewhere is another key."""
        caller = self.caller
        member = str(caller.user_id) if isinstance(caller, MemberCaller) else ""
        return hashlib.sha256(f"{member}\n{self.method}\n{self.path}\n{self.key}".encode()).digest()


async def once(
    uow: UnitOfWork,
    keyring: Keyring,
    given: Given,
    call: Callable[[], Awaitable[Encoded]],
    render_error: Callable[[HealthPartnerError], Encoded],
) -> Encoded:
    """The first answer to this request, made now or kept from before. Commits."""
    if not (1 <= len(given.key) <= LONGEST and given.key.isascii() and given.key.isprintable()):
        raise invalid("Idempotency-Key", "invalid_value", "1 to 255 printable ASCII characters")
    scope = given.scope_digest()
    request_digest = hashlib.sha256(given.body).digest()
    if not await store.lock(uow, scope):
        raise IdempotencyKeyInUse
    if kept := await store.find(uow, scope):
        if kept["request_digest"] != request_digest:
            raise IdempotencyKeyReused
        answer = msgspec.msgpack.decode(keyring.decrypt(kept["response_ciphertext"], context=scope), type=Encoded)
        return Encoded(answer.status, answer.body, {**answer.headers, "idempotency-replayed": "true"})
    answer = await _first(uow, call, render_error)
    sealed = keyring.encrypt(msgspec.msgpack.encode(answer), context=scope)
    # Everybody's time, not the tenant's: a repeat comes over a network, also after a call that moved the tenant's clock.
    await store.keep(uow, scope, request_digest, sealed, uow.clock.now() + KEPT_FOR)
    await uow.commit()
    return answer


async def _first(
    uow: UnitOfWork, call: Callable[[], Awaitable[Encoded]], render_error: Callable[[HealthPartnerError], Encoded]
) -> Encoded:
    """A refusal undoes the work and is kept as the answer; a failure of ours is not kept."""
    try:
        async with uow.savepoint():
            return await call()
    except HealthPartnerError as error:
        if error.status >= SERVER_ERROR:
            raise
        return render_error(error)
