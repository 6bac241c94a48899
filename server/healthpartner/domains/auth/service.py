"""Exchanging a tenant key for a member token."""

from healthpartner.core.access import TenantCaller
from healthpartner.core.errors import NotFound, invalid
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.auth.schemas import IssueToken, MemberToken
from healthpartner.domains.auth.tokens import SCOPES, TokenIssuer
from healthpartner.domains.users import service as users


def requested_scopes(scope: str | None) -> tuple[str, ...]:
    """In our order and without repeats; `ValidationFailed` for a scope that does not exist."""
    asked = set((scope or " ".join(SCOPES)).split())
    if not asked or not asked <= set(SCOPES):
        raise invalid("scope", "unknown_value", f"choose from: {' '.join(SCOPES)}")
    return tuple(known for known in SCOPES if known in asked)


async def issue_token(uow: UnitOfWork, caller: TenantCaller, tokens: TokenIssuer, asked: IssueToken) -> MemberToken:
    scopes = requested_scopes(asked.scope)
    if not await users.exists(uow, asked.user_id):
        raise NotFound("There is no such member.")
    issued = await tokens.issue(caller.org_id, asked.user_id, scopes)
    return MemberToken(
        access_token=issued.token,
        token_type="Bearer",  # noqa: S106 - a scheme, not a secret
        expires_in=int(tokens.ttl.total_seconds()),
        expires_at=issued.expires_at,
        scope=" ".join(scopes),
    )
