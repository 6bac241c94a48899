"""Find and end the server processes of one cluster, whoever started them."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from healthpartner.core.postgres.pid_file import read_pid_file

PROC = Path("/proc")
PROGRAMS = frozenset({"postgres", "initdb"})
POLL_SECONDS = 0.01


def server_processes(directory: Path) -> list[int]:
    """Live PostgreSQL programs that work in or below the directory; every server process stays in its cluster.

    Zombies do not count. Where there is no /proc, only a server's first process is found.
    """
    if not PROC.is_dir():
        return _first_process(directory)
    return [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit() and _works_in(entry, directory)]


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def signal_quietly(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def end_server(cluster: Path, postmaster: int | None) -> None:
    """Stop what is left of a server: politely through its postmaster, then its remains with growing force."""
    if postmaster is not None and postmaster in server_processes(cluster):
        signal_quietly(postmaster, signal.SIGINT)
        wait_until(lambda: not server_processes(cluster), 20)
    elif wait_until(lambda: not server_processes(cluster), 0.2):
        # Children of a dead postmaster end by themselves; what dawdles is asked to, which costs nothing more.
        return
    for number in (signal.SIGQUIT, signal.SIGKILL):
        for pid in server_processes(cluster):
            signal_quietly(pid, number)
        if wait_until(lambda: not server_processes(cluster), 5):
            return


def kill_server(cluster: Path, postmaster: int | None) -> None:
    """SIGKILL everything; the postmaster first, so that it starts no more."""
    if postmaster is not None:
        signal_quietly(postmaster, signal.SIGKILL)
    for _ in range(100):
        remaining = server_processes(cluster)
        for pid in remaining:
            signal_quietly(pid, signal.SIGKILL)
        if not remaining:
            return
        time.sleep(POLL_SECONDS)


def _works_in(process: Path, directory: Path) -> bool:
    try:
        program = (process / "exe").readlink()
        place = (process / "cwd").readlink()
    except OSError:
        return False
    # After an upgrade of the environment a running program is a deleted file.
    return program.name.removesuffix(" (deleted)") in PROGRAMS and place.is_relative_to(directory)


def _first_process(cluster: Path) -> list[int]:
    state = read_pid_file(cluster)
    if state is None:
        return []
    listing = subprocess.run(  # noqa: S603  # fixed program, a number as its argument
        ["/bin/ps", "-o", "comm=", "-p", str(state.pid)], capture_output=True, text=True, check=False
    )
    return [state.pid] if Path(listing.stdout.strip()).name in PROGRAMS else []
