"""Choose the TCP port: the one asked for, else the one used last, else a free one."""

import socket
from contextlib import suppress
from pathlib import Path

from healthpartner.core.postgres.errors import PortInUse

HOST = "127.0.0.1"


def choose_port(asked: int | None, memory: Path) -> int:
    """`memory` is the file that `remember_port` wrote; raises PortInUse for a taken port that was asked for."""
    if asked is not None:
        if not _is_free(asked):
            raise PortInUse(f"Something already listens on {HOST}:{asked}.")
        return asked
    last = _remembered(memory)
    if last is not None and _is_free(last):
        return last
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def remember_port(port: int, memory: Path) -> None:
    # A full disk must not stop a server that runs.
    with suppress(OSError):
        memory.write_text(f"{port}\n", encoding="ascii")


def _remembered(memory: Path) -> int | None:
    try:
        port = int(memory.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return port if 0 < port < 65536 else None  # noqa: PLR2004  # the port range


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As PostgreSQL does it; otherwise its own last connections would block the port for a minute.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
