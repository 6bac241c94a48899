"""What Pub/Sub says when it does not take a message, in the words of the destination contract."""

from google.api_core import exceptions as said

from healthpartner.destinations.contract import FailureKind, PublishFailed

CLIENT_ERRORS = (said.GoogleAPICallError, OSError)

_BY_ERROR: tuple[tuple[type[Exception], FailureKind], ...] = (
    (said.Unauthenticated, "unauthorized"),
    (said.PermissionDenied, "unauthorized"),
    (said.NotFound, "not_found"),
    (said.ResourceExhausted, "throttled"),
    (said.InvalidArgument, "invalid"),
    (said.DeadlineExceeded, "timeout"),
    # Google's own trouble too; what came of the message is unknown in either case.
    (said.ServiceUnavailable, "connection"),
    (said.ServerError, "server"),
    (said.Aborted, "server"),
    (said.Cancelled, "server"),
)


def translate(error: Exception) -> PublishFailed:
    if not isinstance(error, said.GoogleAPICallError):
        return PublishFailed("connection", f"no connection to Google ({type(error).__name__})")
    words = f"{_status(error)}: {error.message}"
    if isinstance(error, said.InvalidArgument) and "size exceeds" in words:
        return PublishFailed("too_large", words)
    for kind_of_error, kind in _BY_ERROR:
        if isinstance(error, kind_of_error):
            return PublishFailed(kind, words)
    return PublishFailed("refused", words)


def _status(error: said.GoogleAPICallError) -> str:
    return type(error).__name__ if error.grpc_status_code is None else error.grpc_status_code.name
