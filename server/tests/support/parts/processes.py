"""A server of someone else's, run as a process on a free port of this machine for as long as the tests need it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.parts.ports import free_port, wait_until_open


@contextmanager
def python_server(arguments: list[str], environment: dict[str, str]) -> Iterator[int]:
    """Yields the port. `{port}` in arguments and environment stands for it."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, *(argument.format(port=port) for argument in arguments)],
        env={**os.environ, **{name: value.format(port=port) for name, value in environment.items()}},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_open(port, process)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
