"""Member tokens: JWTs after RFC 9068 and RFC 8725, short-lived and never refreshed."""

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
from msgspec import Struct

from healthpartner.core.access import MEMBER_READ, MEMBER_WRITE, MemberCaller
from healthpartner.core.clock import Clock
from healthpartner.core.errors import Unauthorized
from healthpartner.core.ids import uuid7
from healthpartner.domains.auth.token_keys import TokenKeys

TYPE = "at+jwt"
AUDIENCE = "healthpartner"
SCOPES = (MEMBER_READ, MEMBER_WRITE)
REQUIRED = ["iss", "aud", "sub", "org", "scope", "iat", "exp", "jti"]
LONGEST = 2_000
CACHE_SIZE = 20_000


class IssuedToken(Struct, frozen=True):
    token: str
    expires_at: datetime


def issuer(environment: str) -> str:
    """Sandbox and production tokens have different issuers, so neither passes for the other."""
    return f"healthpartner:{environment}"


class TokenIssuer:
    """Issues tokens, and verifies them with a cache keyed by the token's hash until its `exp`."""

    def __init__(self, keys: TokenKeys, clock: Clock, environment: str, ttl: timedelta) -> None:
        self.keys = keys
        self.ttl = ttl
        self._clock = clock
        self._issuer = issuer(environment)
        self._verified: dict[bytes, tuple[MemberCaller, float]] = {}

    async def issue(self, org_id: UUID, user_id: UUID, scopes: tuple[str, ...]) -> IssuedToken:
        key = await self.keys.signing()
        now = self._clock.now_of(org_id).replace(microsecond=0)
        expires_at = now + self.ttl
        claims = {
            "iss": self._issuer,
            "aud": AUDIENCE,
            "sub": str(user_id),
            "org": str(org_id),
            "scope": " ".join(scopes),
            "iat": int(now.timestamp()),
            "exp": int(expires_at.timestamp()),
            "jti": str(uuid7(now)),
        }
        token = jwt.encode(claims, key.private, key.algorithm, headers={"kid": key.kid, "typ": TYPE})
        return IssuedToken(token, expires_at)

    async def verify(self, token: str) -> MemberCaller:
        """Whose token this is, or `Unauthorized` without a reason an attacker could use."""
        if len(token) > LONGEST:
            raise Unauthorized
        digest = hashlib.sha256(token.encode()).digest()
        if known := self._verified.get(digest):
            caller, expires = known
            if expires > self._now_of(caller):
                return caller
            del self._verified[digest]
            raise Unauthorized
        caller, expires = await self._check(token)
        if len(self._verified) >= CACHE_SIZE:
            self._verified.pop(next(iter(self._verified)))
        self._verified[digest] = (caller, expires)
        return caller

    async def _check(self, token: str) -> tuple[MemberCaller, float]:
        try:
            header = jwt.get_unverified_header(token)
            key = await self.keys.verifying(str(header.get("kid")))
            if key is None or header.get("typ") != TYPE:
                raise Unauthorized
            claims = jwt.decode(
                token,
                key.public,
                algorithms=[key.algorithm],
                audience=AUDIENCE,
                issuer=self._issuer,
                options={"require": REQUIRED, "verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )
            return self._caller(claims)
        except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError):
            raise Unauthorized from None

    def _caller(self, claims: dict[str, Any]) -> tuple[MemberCaller, float]:
        expires, scopes = float(claims["exp"]), frozenset(str(claims["scope"]).split())
        caller = MemberCaller(UUID(claims["org"]), UUID(claims["sub"]), scopes)
        now = self._now_of(caller)
        if expires <= now or float(claims["iat"]) > now + self.ttl.total_seconds():
            raise Unauthorized
        return caller, expires

    def _now_of(self, caller: MemberCaller) -> float:
        return self._clock.now_of(caller.org_id).timestamp()
