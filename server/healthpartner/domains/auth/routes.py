"""HTTP operations on credentials."""

from healthpartner.core.access import TenantCaller
from healthpartner.core.config import Settings
from healthpartner.core.encryption import Keyring
from healthpartner.core.errors import NotFound
from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import Data
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.auth import service
from healthpartner.domains.auth.schemas import IssueToken, JsonWebKeySet, MemberToken
from healthpartner.domains.auth.tokens import TokenIssuer
from healthpartner.domains.tenants.keys import service as tenant_keys
from healthpartner.domains.tenants.keys.schemas import RotateTenantKey, TenantKeyRotated
from healthpartner.domains.tenants.signing import service as signing
from healthpartner.domains.tenants.signing.schemas import RotateSigningSecret, SigningSecretRotation

GROUP = "Authentication"


@endpoint(
    "POST /v1/auth/token",
    "issue_token",
    group=GROUP,
    auth="tenant",
    summary="Exchange tenant key + user_id for a member bearer token (TTL 3600 s)",
    errors=(NotFound,),
)
async def issue_token(
    data: IssueToken, uow: UnitOfWork, caller: TenantCaller, tokens: TokenIssuer
) -> Data[MemberToken]:
    return Data(await service.issue_token(uow, caller, tokens, data))


@endpoint(
    "POST /v1/auth/tenant-key/rotate",
    "rotate_tenant_key",
    group=GROUP,
    auth="tenant",
    summary="Rotate the calling tenant key with a grace-period overlap",
)
async def rotate_tenant_key(
    data: RotateTenantKey, uow: UnitOfWork, caller: TenantCaller, settings: Settings
) -> Data[TenantKeyRotated]:
    grace = data.grace_period_seconds
    return Data(await tenant_keys.rotate(uow, caller.key_id, grace, settings.deployment.key_prefix))


@endpoint(
    "POST /v1/auth/signing-secret/rotate",
    "rotate_signing_secret",
    group=GROUP,
    auth="tenant",
    summary="Rotate the event-signing HMAC secret with a grace-period overlap",
)
async def rotate_signing_secret(
    data: RotateSigningSecret, uow: UnitOfWork, keyring: Keyring
) -> Data[SigningSecretRotation]:
    """Both secrets sign during the grace. Without a `signing_secret` of yours a new one is made and shown once."""
    given = None if data.signing_secret is None else signing.parse_given(data.signing_secret)
    return Data(await signing.rotate(uow, keyring, data.grace_period_seconds, given))


@endpoint(
    "GET /.well-known/jwks.json",
    "get_jwks",
    group=GROUP,
    auth="none",
    summary="Public keys that verify member tokens",
)
async def get_jwks(tokens: TokenIssuer) -> JsonWebKeySet:
    return JsonWebKeySet(await tokens.keys.published())


ROUTES = [issue_token, rotate_tenant_key, rotate_signing_secret, get_jwks]
