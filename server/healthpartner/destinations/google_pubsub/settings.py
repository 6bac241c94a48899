"""What a partner tells us about a Pub/Sub topic, and what must hold before anything is sent there."""

import re

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from msgspec import Struct

from healthpartner.core.errors import Detail

MAXIMUM_KEY_CHARACTERS = 8192
TLS_PORT = 443

_PROJECT = re.compile(r"(?:[a-z0-9.-]{1,63}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]")
_TOPIC = re.compile(r"(?!goog)[A-Za-z][A-Za-z0-9._~+%-]{2,254}")
_REGION = re.compile(r"[a-z]{2,20}(?:-[a-z]{2,20}){1,2}[0-9]{1,2}")
_NAME = re.compile(r"[\x21-\x7e]{1,256}")


class ServiceAccountKey(Struct, frozen=True, kw_only=True):
    """The fields of a key file that name and prove an identity. The addresses in it are left out: a partner does not
    get to say where we ask for tokens.
    """

    client_email: str
    private_key_id: str
    private_key: str

    def __repr__(self) -> str:
        return "ServiceAccountKey()"


class GooglePubsubSettings(Struct, frozen=True, kw_only=True):
    """With a `region`, messages are published there, and there only their order is kept."""

    project_id: str
    topic: str
    service_account_key: ServiceAccountKey
    region: str | None = None


def topic_path(settings: GooglePubsubSettings) -> str:
    return f"projects/{settings.project_id}/topics/{settings.topic}"


def target_of(settings: GooglePubsubSettings) -> str:
    """Google's host and port, for the region or for wherever we are."""
    host = "pubsub.googleapis.com" if settings.region is None else f"{settings.region}-pubsub.googleapis.com"
    return f"{host}:{TLS_PORT}"


def find_faults(settings: GooglePubsubSettings) -> list[Detail]:
    faults = []
    if not _PROJECT.fullmatch(settings.project_id):
        faults.append(Detail("project_id", "invalid_value", "Must be the id of a project."))
    if not _TOPIC.fullmatch(settings.topic):
        faults.append(Detail("topic", "invalid_value", "Must be the name of a topic, without its path."))
    if settings.region is not None and not _REGION.fullmatch(settings.region):
        faults.append(Detail("region", "invalid_value", "Must be the name of a region."))
    return [*faults, *_key_faults(settings.service_account_key)]


def _key_faults(key: ServiceAccountKey) -> list[Detail]:
    if not (_NAME.fullmatch(key.client_email) and _NAME.fullmatch(key.private_key_id)):
        return [
            Detail("service_account_key", "invalid_value", "client_email and private_key_id must be as in the file.")
        ]
    if not _is_rsa_key(key.private_key):
        # Why it cannot be read is left out: it could quote the key.
        return [Detail("service_account_key", "invalid_value", "private_key must be an RSA key in PEM.")]
    return []


def _is_rsa_key(text: str) -> bool:
    if len(text) > MAXIMUM_KEY_CHARACTERS:
        return False
    try:
        return isinstance(load_pem_private_key(text.encode(), password=None), RSAPrivateKey)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
