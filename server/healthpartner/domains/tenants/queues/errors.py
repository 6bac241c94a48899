"""What can be wrong with a stream's destination."""

from healthpartner.core.errors import Conflict, NotFound


class QueueNotConfigured(NotFound):
    """The stream has no destination."""

    code = "queue_not_configured"


class QueueAlreadyConfigured(Conflict):
    """The stream has a destination already; replace it instead."""

    code = "queue_already_configured"
