"""NKeys, the Ed25519 identities of NATS: a seed signs the server's nonce, so no secret travels. Text form: base32 of
prefix bytes, key and CRC-16/XMODEM (https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/nkey_auth).
"""

import base64
import binascii
import re
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_SEED_PREFIX = 18 << 3
_USER_PREFIX = 20 << 3
_SEED_BYTES = 36  # two of prefix, 32 of key, two of checksum

_JWT = re.compile(r"-----BEGIN NATS USER JWT-----\s+([\w.-]+)\s")
_SEED = re.compile(r"-----BEGIN USER NKEY SEED-----\s+(\w+)\s")


class Creds(NamedTuple):
    """What a `.creds` file holds."""

    jwt: str
    seed: str


def key_of(seed: str) -> Ed25519PrivateKey:
    """The key of a user's seed (`SU…`); ValueError for anything else."""
    text = seed.strip().encode()
    raw = base64.b32decode(text + b"=" * (-len(text) % 8))
    # The last letter has bits to spare, which a decoder ignores: another letter in its place is a mistake too.
    if base64.b32encode(raw).rstrip(b"=") != text:
        raise ValueError("not an NKey seed")
    if len(raw) != _SEED_BYTES or binascii.crc_hqx(raw[:-2], 0) != int.from_bytes(raw[-2:], "little"):
        raise ValueError("not an NKey seed")
    kind = (raw[0] & 0b111) << 5 | raw[1] >> 3
    if raw[0] & 0b1111_1000 != _SEED_PREFIX or kind != _USER_PREFIX:
        raise ValueError("not the seed of a user")
    return Ed25519PrivateKey.from_private_bytes(raw[2:-2])


def public_text(key: Ed25519PrivateKey) -> str:
    """The public NKey (`U…`) by which the server knows the user."""
    raw = bytes([_USER_PREFIX]) + key.public_key().public_bytes_raw()
    return base64.b32encode(raw + binascii.crc_hqx(raw, 0).to_bytes(2, "little")).decode().rstrip("=")


def sign(key: Ed25519PrivateKey, nonce: str) -> bytes:
    return base64.b64encode(key.sign(nonce.encode()))


def parse_creds(text: str) -> Creds:
    """ValueError if there is no JWT or no usable seed in it."""
    jwt, seed = _JWT.search(text), _SEED.search(text)
    if jwt is None or seed is None:
        raise ValueError("not the text of a creds file")
    key_of(seed[1])
    return Creds(jwt[1], seed[1])
