"""The deployment's keys that sign member tokens: kept encrypted, published as a JWKS, rotated with an overlap.

Every process reads them from the database, so a key made by one verifies in all. A process that meets
an unknown `kid` reads again, at most once in `RELOAD_PAUSE`.
"""

import json
from datetime import datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from jwt.algorithms import ECAlgorithm, OKPAlgorithm
from msgspec import Struct

from healthpartner.core.clock import Clock
from healthpartner.core.encryption import Keyring
from healthpartner.core.ids import uuid7

LOCK = 0x68705F746F6B656E
RELOAD_PAUSE = timedelta(seconds=5)
REFRESH_EVERY = timedelta(minutes=1)
CONTEXT = b"token_key:"


class TokenKey(Struct, frozen=True):
    kid: str
    algorithm: str
    private: Any
    public: Any
    jwk: dict[str, Any]
    retires_at: datetime | None


def _generate(algorithm: str) -> tuple[Any, dict[str, Any]]:
    if algorithm == "ES256":
        private: Any = ec.generate_private_key(ec.SECP256R1())
        jwk = json.loads(ECAlgorithm.to_jwk(private.public_key()))
    else:
        private = ed25519.Ed25519PrivateKey.generate()
        jwk = json.loads(OKPAlgorithm.to_jwk(private.public_key()))
    return private, jwk


class TokenKeys:
    """The signing key and every key that still verifies."""

    def __init__(self, pool: Any, keyring: Keyring, clock: Clock, algorithm: str = "EdDSA") -> None:
        self._pool = pool
        self._keyring = keyring
        self._clock = clock
        self._algorithm = algorithm
        self._keys: dict[str, TokenKey] = {}
        self._loaded_at: datetime | None = None

    async def prepare(self) -> None:
        """Makes the first key when the deployment has none."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
            if not await connection.fetchval("SELECT EXISTS (SELECT 1 FROM token_key WHERE retires_at IS NULL)"):
                await self._insert(connection)
        await self._load()

    async def rotate(self, overlap: timedelta) -> str:
        """A new signing key; the old ones verify for `overlap` more. Answers the new `kid`."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
            ends = self._clock.now() + overlap
            await connection.execute("UPDATE token_key SET retires_at = $1 WHERE retires_at IS NULL", ends)
            kid = await self._insert(connection)
        await self._load()
        return kid

    async def _insert(self, connection: Any) -> str:
        private, jwk = _generate(self._algorithm)
        now = self._clock.now()
        kid = str(uuid7(now))
        raw = private.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        jwk |= {"kid": kid, "use": "sig", "alg": self._algorithm}
        await connection.execute(
            "INSERT INTO token_key (kid, algorithm, private_ciphertext, public_jwk, created_at) VALUES ($1, $2, $3, $4, $5)",
            kid,
            self._algorithm,
            self._keyring.encrypt(raw, context=CONTEXT + kid.encode()),
            jwk,
            now,
        )
        return kid

    async def _load(self) -> None:
        now = self._clock.now()
        rows = await self._pool.fetch(
            "SELECT * FROM token_key WHERE retires_at IS NULL OR retires_at > $1 ORDER BY created_at", now
        )
        self._keys = {row["kid"]: self._key(row) for row in rows}
        self._loaded_at = now

    def _key(self, row: Any) -> TokenKey:
        raw = self._keyring.decrypt(row["private_ciphertext"], context=CONTEXT + row["kid"].encode())
        return TokenKey(
            row["kid"],
            row["algorithm"],
            serialization.load_der_private_key(raw, None),
            jwt.PyJWK(row["public_jwk"]).key,
            row["public_jwk"],
            row["retires_at"],
        )

    async def signing(self) -> TokenKey:
        await self._refresh(REFRESH_EVERY)
        return [key for key in self._keys.values() if key.retires_at is None][-1]

    async def verifying(self, kid: str) -> TokenKey | None:
        if kid not in self._keys:
            await self._refresh(RELOAD_PAUSE)
        key = self._keys.get(kid)
        if key is None or (key.retires_at is not None and key.retires_at <= self._clock.now()):
            return None
        return key

    async def published(self) -> list[dict[str, Any]]:
        await self._refresh(RELOAD_PAUSE)
        return [key.jwk for key in self._keys.values()]

    async def _refresh(self, pause: timedelta) -> None:
        if self._loaded_at is None or abs(self._clock.now() - self._loaded_at) >= pause:
            await self._load()
