"""The server's log file: opened by us, kept from growing without end, quoted when a start fails."""

import os
from pathlib import Path
from typing import BinaryIO

ROTATE_AT_BYTES = 10 * 1024 * 1024
TAIL_BYTES = 4000


def open_log(path: Path) -> BinaryIO:
    """Open for appending, private to us; a big one moves aside first."""
    if path.exists() and path.stat().st_size > ROTATE_AT_BYTES:
        path.replace(path.with_name(f"{path.name}.1"))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    return os.fdopen(descriptor, "ab", buffering=0)


def tail(path: Path, since: int) -> str:
    """The last lines written after the byte position `since`."""
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(max(since, end - TAIL_BYTES))
        return file.read().decode(errors="replace").strip()
