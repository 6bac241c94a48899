"""Servers as processes of their own, each on a core of its own where the machine has two."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

READY_WITHIN_SECONDS = 60
POLL_SECONDS = 0.01
ALL_CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


@contextlib.contextmanager
def on_cores(*, measured: bool) -> Iterator[None]:
    """What is started inside runs on the one core of what is measured, or on the others; anywhere if there is one."""
    if not hasattr(os, "sched_setaffinity") or len(ALL_CORES) < 2:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, ALL_CORES[:1] if measured else ALL_CORES[1:])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - a server of our own
            return bool(response.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False


def until_answers(process: subprocess.Popen[bytes], url: str) -> float:
    """Seconds until the first 200."""
    started = time.perf_counter()
    while not answers(url):
        if process.poll() is not None or time.perf_counter() - started > READY_WITHIN_SECONDS:
            raise RuntimeError(f"{process.args!r} does not answer at {url}")
        time.sleep(POLL_SECONDS)
    return time.perf_counter() - started


def stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    process.wait(30)


@contextlib.contextmanager
def running(command: Sequence[str | Path], environment: Mapping[str, str], ready_url: str) -> Iterator[None]:
    """A server on the measured core that answers, for as long as the block lasts; its log is written to nowhere."""
    with on_cores(measured=True):
        process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    try:
        until_answers(process, ready_url)
        yield
    finally:
        stop(process)
