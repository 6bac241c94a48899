"""Read `postmaster.pid`, in which a server tells its state; `pg_ctl` waits for a start in the same way."""

from dataclasses import dataclass
from pathlib import Path

LINES_OF_A_RUNNING_SERVER = 8


@dataclass(frozen=True)
class PidFile:
    """`socket_dir` is empty or relative when the socket lies in the cluster."""

    pid: int
    socket_dir: str
    ready: bool


def read_pid_file(cluster: Path) -> PidFile | None:
    """None when there is none, or when it is not written yet."""
    try:
        lines = path_of(cluster).read_text(encoding="utf-8", errors="replace").splitlines()
        pid = int(lines[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    lines += [""] * (LINES_OF_A_RUNNING_SERVER - len(lines))
    return PidFile(pid=pid, socket_dir=lines[4].strip(), ready=lines[7].strip() == "ready")


def path_of(cluster: Path) -> Path:
    return cluster / "postmaster.pid"
