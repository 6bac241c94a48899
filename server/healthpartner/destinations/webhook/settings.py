"""What a partner tells us about a webhook, and what must hold before anything is sent there."""

from urllib.parse import SplitResult, urlsplit

from msgspec import Struct

from healthpartner.core.errors import Detail
from healthpartner.destinations.addresses import literal
from healthpartner.destinations.hosts import FIRST_UNPRIVILEGED_PORT, host_fault, is_loopback

MAXIMUM_URL_CHARACTERS = 2048
PRIVILEGED_PORTS = frozenset({443})


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
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host) and private_allowed):
        return "Must be an https URL."
    # Brackets are for IPv6 addresses only.
    if "[" in parts.netloc and literal(host) is None:
        return "Must be a public host."
    return host_fault(host, private_allowed=private_allowed)
