"""Amazon SQS as `moto` plays it: slow, but it checks who is calling."""

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.parts.processes import python_server

ACCOUNT = "123456789012"


@contextmanager
def moto_server() -> Iterator[int]:
    with python_server(["-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", "{port}"], {}) as port:
        yield port


@contextmanager
def credentials_checked(port: int) -> Iterator[None]:
    """While it lasts, moto refuses whoever may not do what they ask for."""
    _check_after(port, 0)
    try:
        yield
    finally:
        _check_after(port, 1_000_000)


def _check_after(port: int, calls: int) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/moto-api/reset-auth",
        data=str(calls).encode(),
        headers={"content-type": "text/plain"},
        method="POST",
    )
    with urllib.request.urlopen(request):  # noqa: S310 - as above
        pass
