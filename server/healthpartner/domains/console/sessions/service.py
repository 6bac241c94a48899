"""Starting, finding, listing and ending sessions.

They live by everybody's time, not by the tenant's, which in a sandbox may be ahead: people do not travel.
"""

from typing import Any
from uuid import UUID

from healthpartner.core.clock import Clock, TenantClocks
from healthpartner.core.errors import NotFound
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.console.sessions import rules, store
from healthpartner.domains.console.sessions.schemas import ListedSession, Method, Session
from healthpartner.domains.tenants.audit import service as audit


async def start(uow: UnitOfWork, member_id: UUID, method: Method, user_agent: str) -> str:
    """A new session's token, which is kept as a digest only. Always a new one: no token from outside is ever adopted."""
    token = rules.new_token()
    session_id = uow.new_id()
    ends_at = uow.clock.now() + rules.LIVES
    client = rules.client_name(user_agent)
    await store.insert(uow, session_id, member_id, rules.digest(token), method, client, ends_at)
    await audit.record(uow, "console_session.started", "console_session", session_id)
    return token


async def find(pool: Any, clock: Clock, token: str) -> Session | None:
    """Whose session this is, while it lives; being found keeps it from idling out."""
    if len(token) > rules.LONGEST_TOKEN or not token.isascii():
        return None
    now = clock.now()
    row = await store.find(pool, rules.digest(token), now, now - rules.IDLE)
    if row is None:
        return None
    if row["ahead"] is not None and isinstance(clock, TenantClocks):
        clock.put(row["org_id"], row["ahead"])
    if now - row["last_seen_at"] > rules.SEEN_IS_NOTED_EVERY:
        await store.note_seen(pool, row["org_id"], row["session_id"], now)
    return Session(**{name: row[name] for name in Session.__struct_fields__})


async def list_of(uow: UnitOfWork, member_id: UUID) -> list[ListedSession]:
    """Those that live, newest first."""
    rows = await store.list_of(uow, member_id, uow.clock.now() - rules.IDLE)
    return [ListedSession(**row) for row in rows]


async def end(uow: UnitOfWork, member_id: UUID, session_id: UUID) -> None:
    """One of a person's own sessions; another's is not there."""
    if not await store.delete(uow, member_id, session_id):
        raise NotFound("There is no such session.")
    await audit.record(uow, "console_session.ended", "console_session", session_id)


async def end_others(uow: UnitOfWork, session: Session) -> int:
    number = await store.delete_others(uow, session.member_id, session.session_id)
    await audit.record(uow, "console_session.others_ended", "console_member", session.member_id)
    return number


async def sweep(pool: Any, clock: Clock) -> None:
    """Removes sessions whose time is over."""
    now = clock.now()
    await store.sweep(pool, now, now - rules.IDLE)
