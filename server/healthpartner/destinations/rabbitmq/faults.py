"""What RabbitMQ says when it does not take a message, in the words of the destination contract."""

import asyncio

from aiormq import exceptions as said
from pamqp.commands import Basic

from healthpartner.destinations.contract import FailureKind, PublishFailed
from healthpartner.destinations.hosts import unreachable

# A channel that broke under an attempt ends it with either of the last two.
CLIENT_ERRORS = (said.AMQPError, OSError, EOFError, RuntimeError, asyncio.InvalidStateError)

_BY_ERROR: tuple[tuple[type[Exception], FailureKind], ...] = (
    (said.AuthenticationError, "unauthorized"),
    (said.ProbableAuthenticationError, "unauthorized"),
    (said.ChannelAccessRefused, "unauthorized"),
    (said.ChannelNotFoundEntity, "not_found"),
    (said.ChannelClosed, "refused"),
    (said.ConnectionResourceError, "throttled"),
    (said.ConnectionInternalError, "server"),
)
_NOT_ALLOWED = 530


def translate(error: Exception) -> PublishFailed:
    if isinstance(error, said.DeliveryError):
        return _undelivered(error)
    words = " ".join(str(part) for part in error.args)
    if isinstance(error, said.ConnectionNotAllowed) or error.args[:1] == (_NOT_ALLOWED,):
        return PublishFailed("not_found" if "not found" in words else "unauthorized", words)
    if isinstance(error, said.ChannelPreconditionFailed) and "message size" in words:
        return PublishFailed("too_large", words)
    for kind_of_error, kind in _BY_ERROR:
        if isinstance(error, kind_of_error):
            return PublishFailed(kind, words)
    cause = error.__cause__
    return unreachable(cause if isinstance(cause, OSError) else OSError())


def _undelivered(error: said.DeliveryError) -> PublishFailed:
    frame = error.frame
    message = error.message.delivery if error.message is not None else frame
    if isinstance(message, Basic.Return):
        words = f"{message.reply_code} {message.reply_text}: no queue is bound for routing key {message.routing_key}"
        return PublishFailed("not_found", words)
    return PublishFailed("refused", f"{frame.name}: the broker did not take responsibility for the message")
