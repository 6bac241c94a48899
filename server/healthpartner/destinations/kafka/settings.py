"""What a partner tells us about a Kafka topic, and what must hold before anything is sent there."""

import re
from typing import Literal

from msgspec import Struct

from healthpartner.core.errors import Detail
from healthpartner.destinations.contract import DestinationContext
from healthpartner.destinations.hosts import Server, parse_server, server_fault
from healthpartner.destinations.tls import ca_faults

DEFAULT_PORT = 9092
MAXIMUM_SERVERS = 10
MAXIMUM_CREDENTIAL_CHARACTERS = 4096

SecurityProtocol = Literal["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"]
SaslMechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]

_TOPIC = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}")


class KafkaSettings(Struct, frozen=True, kw_only=True):
    """`bootstrap_servers` are `host:port`. With SASL, all of `sasl_mechanism`, `username` and `password` are given."""

    bootstrap_servers: list[str]
    topic: str
    security_protocol: SecurityProtocol = "sasl_ssl"
    sasl_mechanism: SaslMechanism | None = None
    username: str | None = None
    password: str | None = None
    ca_certificate: str | None = None

    def __repr__(self) -> str:
        return f"KafkaSettings(bootstrap_servers={self.bootstrap_servers!r}, topic={self.topic!r})"

    @property
    def uses_tls(self) -> bool:
        return self.security_protocol in {"ssl", "sasl_ssl"}

    @property
    def uses_sasl(self) -> bool:
        return self.security_protocol in {"sasl_plaintext", "sasl_ssl"}


def servers_of(settings: KafkaSettings) -> list[Server]:
    """The servers whose text can be read."""
    found = (parse_server(text, DEFAULT_PORT) for text in settings.bootstrap_servers)
    return [server for server in found if server is not None]


def find_faults(settings: KafkaSettings, context: DestinationContext) -> list[Detail]:
    faults = _server_faults(settings, context)
    if not _TOPIC.fullmatch(settings.topic):
        faults.append(Detail("topic", "invalid_value", "Must be the name of a topic."))
    if not settings.uses_tls and context.environment == "production":
        faults.append(Detail("security_protocol", "invalid_value", "Must be ssl or sasl_ssl in production."))
    return [*faults, *_sasl_faults(settings), *ca_faults(settings.ca_certificate)]


def _server_faults(settings: KafkaSettings, context: DestinationContext) -> list[Detail]:
    if not 0 < len(settings.bootstrap_servers) <= MAXIMUM_SERVERS:
        return [Detail("bootstrap_servers", "out_of_range", f"Name 1 to {MAXIMUM_SERVERS} servers.")]
    servers = servers_of(settings)
    if len(servers) < len(settings.bootstrap_servers):
        return [Detail("bootstrap_servers", "invalid_value", "Must be <host>:<port> each.")]
    found = (server_fault(server, private_allowed=context.private_webhooks) for server in servers)
    return [Detail("bootstrap_servers", "invalid_value", fault) for fault in found if fault is not None][:1]


def _sasl_faults(settings: KafkaSettings) -> list[Detail]:
    faults = []
    for name in ("sasl_mechanism", "username", "password"):
        value = getattr(settings, name)
        if settings.uses_sasl and not value:
            faults.append(Detail(name, "required", f"Needed with {settings.security_protocol}."))
        elif not settings.uses_sasl and value is not None:
            faults.append(Detail(name, "invalid_value", f"Not used with {settings.security_protocol}."))
        elif value is not None and (len(value) > MAXIMUM_CREDENTIAL_CHARACTERS or "\0" in value):
            faults.append(Detail(name, "invalid_value", "Cannot be sent to a broker."))
    return faults
