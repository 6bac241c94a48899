"""What a partner tells us about a RabbitMQ exchange, and what must hold before anything is sent there."""

from msgspec import Struct

from healthpartner.core.errors import Detail
from healthpartner.destinations.contract import DestinationContext
from healthpartner.destinations.hosts import Server, server_fault
from healthpartner.destinations.tls import ca_faults

TLS_PORT = 5671
PLAIN_PORT = 5672
MAXIMUM_NAME_BYTES = 255  # AMQP's short string


class RabbitmqSettings(Struct, frozen=True, kw_only=True):
    """Without a `routing_key` the event's type is it. The exchange `""` is the default one: its key names a queue."""

    host: str
    username: str
    password: str
    exchange: str
    routing_key: str | None = None
    virtual_host: str = "/"
    port: int | None = None
    tls: bool = True
    ca_certificate: str | None = None

    def __repr__(self) -> str:
        return f"RabbitmqSettings(host={self.host!r}, exchange={self.exchange!r})"


def server_of(settings: RabbitmqSettings) -> Server:
    default_port = TLS_PORT if settings.tls else PLAIN_PORT
    return Server(settings.host.lower(), settings.port if settings.port is not None else default_port)


def find_faults(settings: RabbitmqSettings, context: DestinationContext) -> list[Detail]:
    faults = []
    fault = server_fault(server_of(settings), private_allowed=context.private_webhooks)
    if fault is not None:
        faults.append(Detail("port" if fault.startswith("The port") else "host", "invalid_value", fault))
    if not settings.tls and context.environment == "production":
        faults.append(Detail("tls", "invalid_value", "Must be true in production."))
    if settings.exchange == "" and not settings.routing_key:
        faults.append(Detail("routing_key", "required", "Name the queue, since the exchange is the default one."))
    for name in ("username", "password", "exchange", "routing_key", "virtual_host"):
        value = getattr(settings, name)
        if value is not None and len(value.encode(errors="replace")) > MAXIMUM_NAME_BYTES:
            faults.append(Detail(name, "too_long", f"At most {MAXIMUM_NAME_BYTES} bytes."))
        elif value is not None and not value.isprintable():
            faults.append(Detail(name, "invalid_value", "Must be printable characters."))
    return [*faults, *ca_faults(settings.ca_certificate)]
