"""Clear what a killed run left on a cluster, so that the next start finds it as after a clean stop."""

from collections.abc import Callable
from pathlib import Path

from healthpartner.core.postgres.account import Account
from healthpartner.core.postgres.pid_file import path_of, read_pid_file
from healthpartner.core.postgres.processes import PROC, end_server, server_processes
from healthpartner.core.postgres.sockets import remove_socket_directory


def clear_leftovers(cluster: Path, account: Account, progress: Callable[[str], None]) -> None:
    """To be called with the directory lock held: then no living process of ours owns that server.

    An orphan is stopped, not adopted: it runs with the settings of its own start, and nobody would reap it.
    """
    state = read_pid_file(cluster)
    if server_processes(cluster):
        progress("Stopping a PostgreSQL that an earlier run left behind.")
        end_server(cluster, state.pid if state is not None else None)
    if state is None:
        return
    if PROC.is_dir() and not server_processes(cluster):
        # Its number may belong to a stranger by now, for whom PostgreSQL would refuse to start.
        path_of(cluster).unlink(missing_ok=True)
    remove_socket_directory(Path(state.socket_dir), account)
