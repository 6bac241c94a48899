"""What a partner tells us about a webhook, and what must hold before anything is sent there."""

import re
from urllib.parse import SplitResult, urlsplit

from msgspec import Struct

from healthpartner.core.errors import Detail
from healthpartner.destinations.webhook.addresses import is_allowed, literal

MAXIMUM_URL_CHARACTERS = 2048
FIRST_UNPRIVILEGED_PORT = 1024
PRIVILEGED_PORTS = frozenset({443})
MAXIMUM_HOST_CHARACTERS = 253

# Labels as name resolution takes them; the last one is no number, since such a host is an address in disguise.
_HOST_NAME = re.compile(
    r"(?:(?!-)[a-z0-9_-]{1,63}(?<!-)\.)*(?!0x[0-9a-f]*\.?$)(?![0-9]+\.?$)(?!-)[a-z0-9_-]{1,63}(?<!-)\.?"
)


class WebhookSettings(Struct, frozen=True, kw_only=True):
    url: str


def find_faults(settings: WebhookSettings, *, private_allowed: bool) -> list[Detail]:
    if len(settings.url) > MAXIMUM_URL_CHARACTERS:
        return [Detail("url", "too_long", f"At most {MAXIMUM_URL_CHARACTERS} characters.")]
    fault = _fault(settings.url, private_allowed=private_allowed)
    return [] if fault is None else [Detail("url", "invalid_value", fault)]


def _fault(url: str, *, private_allowed: bool) -> str | None:
    if not (url.isascii() and url.isprintable()) or " " in url or "\\" in url:
        return "Must be a URL of printable ASCII characters."
    try:
        parts, port = urlsplit(url), urlsplit(url).port
    except ValueError:
        return "Must be a URL."
    unprivileged = port is None or port >= FIRST_UNPRIVILEGED_PORT
    rules = (
        (not parts.hostname, "Must name a host."),
        ("@" in parts.netloc, "Must not hold a user name or password."),
        (bool(parts.fragment), "Must not hold a fragment."),
        (not unprivileged and port not in PRIVILEGED_PORTS, "The port must be 443 or at least 1024."),
    )
    broken = next((message for is_broken, message in rules if is_broken), None)
    return broken or _host_fault(parts, private_allowed=private_allowed)


def _host_fault(parts: SplitResult, *, private_allowed: bool) -> str | None:
    host = parts.hostname or ""
    address = literal(host)
    is_local_name = host.removesuffix(".").rpartition(".")[2] == "localhost"
    is_loopback = is_local_name or (address is not None and address.is_loopback)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback and private_allowed):
        return "Must be an https URL."
    if address is not None:
        return None if is_allowed(address, private_allowed=private_allowed) else "Must be a public address."
    # Brackets are for IPv6 addresses only.
    is_name = "[" not in parts.netloc and len(host) <= MAXIMUM_HOST_CHARACTERS and _HOST_NAME.fullmatch(host)
    if not is_name or (is_local_name and not private_allowed):
        return "Must be a public host."
    return None
