"""What a partner tells us about a JetStream subject, and what must hold before anything is sent there."""

import re

from msgspec import Struct, structs

from healthpartner.core.errors import Detail
from healthpartner.destinations.contract import DestinationContext
from healthpartner.destinations.hosts import Server, parse_server, server_fault
from healthpartner.destinations.nats_jetstream import nkeys
from healthpartner.destinations.tls import ca_faults

DEFAULT_PORT = 4222
MAXIMUM_SERVERS = 10
MAXIMUM_SUBJECT_CHARACTERS = 255

_URL = re.compile(r"(?P<scheme>tls|nats)://(?P<server>[^/@?#\s]+)/?")
# Subjects that begin with a dollar are the server's own.
_SUBJECT = re.compile(r"(?!\$)[^\s.*>\x00-\x1f\x7f]+(?:\.[^\s.*>\x00-\x1f\x7f]+)*")
_STREAM = re.compile(r"[^\s.*>/\\\x00-\x1f\x7f]{1,255}")


class NatsCredentials(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of: a token, a user with a password, an NKey seed, or the text of a `.creds` file."""

    token: str | None = None
    username: str | None = None
    password: str | None = None
    nkey_seed: str | None = None
    creds: str | None = None

    def __repr__(self) -> str:
        return "NatsCredentials()"


class NatsJetstreamSettings(Struct, frozen=True, kw_only=True):
    servers: list[str]
    subject: str
    stream: str | None = None
    credentials: NatsCredentials | None = None
    ca_certificate: str | None = None


def servers_of(settings: NatsJetstreamSettings) -> list[Server]:
    """The servers whose text can be read."""
    found = [_parsed(url) for url in settings.servers]
    return [server for server in found if server is not None]


def uses_tls(settings: NatsJetstreamSettings) -> bool:
    return all(url.lower().startswith("tls://") for url in settings.servers)


def find_faults(settings: NatsJetstreamSettings, context: DestinationContext) -> list[Detail]:
    faults = [*_server_faults(settings, context), *_credential_faults(settings.credentials)]
    if len(settings.subject) > MAXIMUM_SUBJECT_CHARACTERS or not _SUBJECT.fullmatch(settings.subject):
        faults.append(
            Detail("subject", "invalid_value", "Must be a subject without wildcards, not one of the server's.")
        )
    if settings.stream is not None and not _STREAM.fullmatch(settings.stream):
        faults.append(Detail("stream", "invalid_value", "Must be the name of a stream."))
    return [*faults, *ca_faults(settings.ca_certificate)]


def _server_faults(settings: NatsJetstreamSettings, context: DestinationContext) -> list[Detail]:
    if not 0 < len(settings.servers) <= MAXIMUM_SERVERS:
        return [Detail("servers", "out_of_range", f"Name 1 to {MAXIMUM_SERVERS} servers.")]
    servers = servers_of(settings)
    if len(servers) < len(settings.servers):
        return [Detail("servers", "invalid_value", "Must be tls://<host>:<port> each.")]
    if not uses_tls(settings) and (
        context.environment == "production" or any(url.lower().startswith("tls://") for url in settings.servers)
    ):
        return [Detail("servers", "invalid_value", "Must be tls:// URLs.")]
    found = (server_fault(server, private_allowed=context.private_webhooks) for server in servers)
    return [Detail("servers", "invalid_value", fault) for fault in found if fault is not None][:1]


def _credential_faults(credentials: NatsCredentials | None) -> list[Detail]:
    if credentials is None:
        return []
    given = {name for name, value in structs.asdict(credentials).items() if value is not None}
    if given not in ({"token"}, {"username", "password"}, {"nkey_seed"}, {"creds"}):
        return [Detail("credentials", "invalid_value", "Give token, or username and password, or nkey_seed, or creds.")]
    try:
        if credentials.nkey_seed is not None:
            nkeys.key_of(credentials.nkey_seed)
        if credentials.creds is not None:
            nkeys.parse_creds(credentials.creds)
    except ValueError:
        # The error's own text is left out: it could quote the credential.
        return [Detail("credentials", "invalid_value", "The NKey seed or the creds cannot be read.")]
    return []


def _parsed(url: str) -> Server | None:
    match = _URL.fullmatch(url.lower())
    return None if match is None else parse_server(match["server"], DEFAULT_PORT)
