"""Amazon SQS and STS as `ministack` plays them: faithful to queues, limits and errors, blind to credentials."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.parts.processes import python_server

ACCOUNT = "000000000000"


@contextmanager
def ministack() -> Iterator[int]:
    # Its own command listens on every interface, so hypercorn serves it.
    arguments = ["-W", "ignore", "-m", "hypercorn", "ministack.app:app", "--bind", "127.0.0.1:{port}"]
    with python_server(arguments, {"MINISTACK_HOST": "127.0.0.1", "GATEWAY_PORT": "{port}"}) as port:
        yield port
