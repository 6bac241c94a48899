"""Reaching a host that a partner named: its text is checked when it is given, and each time its name is resolved every
address is checked, and the connection goes to the very address that was checked.
"""

import asyncio
import ipaddress
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, TypeVar

from healthpartner.destinations.addresses import is_allowed, literal
from healthpartner.destinations.contract import PublishFailed

FIRST_UNPRIVILEGED_PORT = 1024
HTTPS_PORT = 443
LAST_PORT = 65535
MAXIMUM_HOST_CHARACTERS = 253

# Labels as name resolution takes them; the last one is no number, since such a host is an address in disguise.
_HOST_NAME = re.compile(
    r"(?:(?!-)[a-z0-9_-]{1,63}(?<!-)\.)*(?!0x[0-9a-f]*\.?$)(?![0-9]+\.?$)(?!-)[a-z0-9_-]{1,63}(?<!-)\.?"
)
_SERVER = re.compile(r"(?:\[(?P<literal>[0-9a-f:.]{2,45})\]|(?P<name>[^\[\]:/@?#\s]{1,253}))(?::(?P<port>\d{1,5}))?")

T = TypeVar("T")


class Server(NamedTuple):
    host: str
    port: int


def parse_server(text: str, default_port: int) -> Server | None:
    """`host`, `host:port` or `[IPv6 address]:port`, in lower case; None when it is none of these."""
    match = _SERVER.fullmatch(text.lower())
    if match is None:
        return None
    return Server(match["literal"] or match["name"], int(match["port"] or default_port))


def server_fault(server: Server, *, private_allowed: bool) -> str | None:
    """What is wrong with a server, in words for its owner."""
    if not FIRST_UNPRIVILEGED_PORT <= server.port <= LAST_PORT and server.port != HTTPS_PORT:
        return "The port must be 443 or at least 1024."
    return host_fault(server.host, private_allowed=private_allowed)


def host_fault(host: str, *, private_allowed: bool) -> str | None:
    address = literal(host)
    if address is not None:
        return None if is_allowed(address, private_allowed=private_allowed) else "Must be a public address."
    is_name = len(host) <= MAXIMUM_HOST_CHARACTERS and _HOST_NAME.fullmatch(host) is not None
    if not is_name or (is_loopback(host) and not private_allowed):
        return "Must be a public host."
    return None


def is_loopback(host: str) -> bool:
    address = literal(host)
    if address is not None:
        return address.is_loopback
    return host.removesuffix(".").rpartition(".")[2] == "localhost"


async def reach(
    servers: Sequence[Server],
    connect: Callable[[Server, str], Awaitable[T]],
    *,
    private_allowed: bool,
) -> T:
    """The first connection that one of the servers takes. `connect` gets the server and a checked address of it, and
    raises PublishFailed; only a failed connection leads on to the next address or server.
    """
    failure = PublishFailed("invalid", "no server is named")
    for server in servers:
        try:
            for address in await _addresses(server, private_allowed=private_allowed):
                try:
                    return await connect(server, address)
                except PublishFailed as refusal:
                    if refusal.kind != "connection":
                        raise
                    failure = refusal
        except PublishFailed as refusal:
            if refusal.kind != "connection":
                raise
            failure = refusal
    raise failure


def unreachable(error: OSError) -> PublishFailed:
    """The failure of a connection that did not come about, or broke."""
    if isinstance(error, ssl.SSLError):
        words = f"the server's TLS certificate or handshake is not acceptable ({error.reason})"
        return PublishFailed("connection", words)
    return PublishFailed("connection", f"no connection to the server ({type(error).__name__})")


async def _addresses(server: Server, *, private_allowed: bool) -> list[str]:
    """Refuses a name if any of its addresses is not allowed: an attacker could otherwise mix one in."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise PublishFailed("connection", f"the host name {server.host} does not resolve") from error
    addresses = list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))
    for address in addresses:
        if not is_allowed(ipaddress.ip_address(address), private_allowed=private_allowed):
            raise PublishFailed("invalid", f"the host {server.host} does not lead to a public address")
    return addresses
