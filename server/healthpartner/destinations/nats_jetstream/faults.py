"""What NATS says when it does not take a message, in the words of the destination contract."""

import nats.errors
import nats.js.errors

from healthpartner.destinations.contract import FailureKind, PublishFailed
from healthpartner.destinations.hosts import unreachable

# https://github.com/nats-io/nats-server/blob/main/server/errors.json
_BY_CODE: dict[int, FailureKind] = {
    10023: "server",  # insufficient resources
    10028: "throttled",  # resource limits exceeded for account
    10039: "not_found",  # JetStream not enabled for account
    10054: "too_large",  # message size exceeds maximum allowed
    10059: "not_found",  # stream not found
    10060: "not_found",  # expected stream does not match
    10076: "not_found",  # JetStream not enabled
    10167: "throttled",  # too many requests
}
_FIRST_SERVER_STATUS = 500


def translate(error: Exception) -> PublishFailed:
    if isinstance(error, nats.js.errors.NoStreamResponseError):
        return PublishFailed("not_found", "503 no responders: no stream takes messages on the subject")
    if isinstance(error, nats.js.errors.APIError):
        return _answered(error)
    if isinstance(error, nats.errors.Error):
        words = str(error).removeprefix("nats: ")
        return PublishFailed(_kind(error, words), words)
    if isinstance(error, OSError):
        return unreachable(error)
    return PublishFailed("invalid", "the server's answer cannot be read")


def _answered(error: nats.js.errors.APIError) -> PublishFailed:
    words = f"{error.code} {error.description} (err_code {error.err_code})"
    known = _BY_CODE.get(error.err_code or 0)
    if known is not None:
        return PublishFailed(known, words)
    is_failure = (error.code or 0) >= _FIRST_SERVER_STATUS
    return PublishFailed("server" if is_failure else "refused", words)


def _kind(error: nats.errors.Error, words: str) -> FailureKind:
    if isinstance(error, nats.errors.MaxPayloadError):
        return "too_large"
    is_denied = any(sign in words.lower() for sign in ("authorization", "authentication", "permissions violation"))
    return "unauthorized" if is_denied else "connection"
