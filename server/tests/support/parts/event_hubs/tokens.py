"""Shared access signatures as Event Hubs checks them, and as a partner makes one."""

import base64
import hashlib
import hmac
import time
from urllib.parse import parse_qsl, quote_plus


def make_token(resource: str, policy: str, key: str, *, valid_seconds: int = 3600) -> str:
    """`resource`: sb://<namespace>/<event hub>, or the namespace alone."""
    scope, expiry = quote_plus(resource), int(time.time()) + valid_seconds
    signature = quote_plus(_signature(scope, str(expiry), key))
    return f"SharedAccessSignature sr={scope}&sig={signature}&se={expiry}&skn={policy}"


def fault_of(token: str, resource: str, keys: dict[str, str]) -> str | None:
    """What is wrong with a token that is shown for a resource, in the service's words."""
    raw = dict(field.split("=", 1) for field in token.removeprefix("SharedAccessSignature ").split("&"))
    read = dict(parse_qsl(token.removeprefix("SharedAccessSignature ")))
    expected = _signature(raw["sr"], raw["se"], keys.get(read["skn"], ""))
    if not hmac.compare_digest(read["sig"], expected):
        return "InvalidSignature: The token has an invalid signature."
    if int(read["se"]) < time.time():
        return "ExpiredToken: The token is expired."
    if not f"{resource}/".startswith(f"{read['sr']}/"):
        return "InvalidAudience: The authorization header contains a token for another resource."
    return None


def policy_of(token: str) -> str:
    return dict(parse_qsl(token))["skn"]


def _signature(scope: str, expiry: str, key: str) -> str:
    return base64.b64encode(hmac.digest(key.encode(), f"{scope}\n{expiry}".encode(), hashlib.sha256)).decode()
