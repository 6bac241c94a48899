"""A server of someone else's, run as a process on a free port of this machine for as long as the tests need it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.parts.ports import free_port, wait_until_open


@contextmanager
def server(command: list[str], environment: dict[str, str]) -> Iterator[int]:
    """Yields the port. `{port}` in command and environment stands for it."""
    port = free_port()
    process = subprocess.Popen(
        [part.replace("{port}", str(port)) for part in command],
        env={**os.environ, **{name: value.replace("{port}", str(port)) for name, value in environment.items()}},
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


@contextmanager
def python_server(arguments: list[str], environment: dict[str, str]) -> Iterator[int]:
    """As `server`, for a program in Python."""
    with server([sys.executable, *arguments], environment) as port:
        yield port


def installed(program: str) -> str:
    """Where a program of the system's is; without it the test is skipped, which CI does not allow."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found
