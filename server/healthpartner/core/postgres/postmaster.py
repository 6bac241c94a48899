"""One run of the server process, from its launch to its end."""

import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from healthpartner.core.postgres.account import ENVIRONMENT, Account
from healthpartner.core.postgres.binaries import Installation
from healthpartner.core.postgres.layout import Layout, directory_argument
from healthpartner.core.postgres.pid_file import read_pid_file
from healthpartner.core.postgres.processes import PROC, end_server, kill_server, wait_until
from healthpartner.core.postgres.server_log import open_log, tail
from healthpartner.core.postgres.settings import arguments

# Waits for the pipe to us to close, which happens when we die in any way, then stops the server. The comparison
# of working directories protects a stranger that got the number of a server that died before us.
GUARD = 'read -r _; [ "/proc/$1/cwd" -ef . ] && kill -INT "$1"'
STOP_SECONDS = 60


class Postmaster:
    """A launched server; `socket_dir` is where clients find its socket."""

    def __init__(
        self,
        layout: Layout,
        installation: Installation,
        account: Account,
        socket_dir: Path,
        settings: Mapping[str, str],
    ) -> None:
        self.socket_dir = socket_dir
        self._layout = layout
        self._account = account
        # A relative path, which has no length limit for the server, unless the socket lies elsewhere.
        sockets = "." if socket_dir == layout.cluster else str(socket_dir)
        with open_log(layout.log) as log:
            self._log_start = log.tell()
            self._process = self._spawn(
                [
                    str(installation.program("postgres")),
                    "-D",
                    directory_argument(layout.cluster, account),
                    *arguments({**settings, "unix_socket_directories": sockets}),
                ],
                stdin=subprocess.DEVNULL,
                output=log.fileno(),
            )
        self._guard = self._start_guard() if PROC.is_dir() else None

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    @property
    def log_tail(self) -> str:
        return tail(self._layout.log, self._log_start)

    def wait_ready(self, seconds: float) -> bool:
        """True once it accepts connections, False when it ended or the time is up."""
        wait_until(lambda: not self.running or self._is_ready(), seconds)
        return self.running and self._is_ready()

    def stop(self) -> None:
        """Fast stop: connections are cut, data is checkpointed."""
        self._end_guard()
        if self.running:
            self._process.send_signal(signal.SIGINT)
            wait_until(lambda: not self.running, STOP_SECONDS)
        end_server(self._layout.cluster, None)
        self._process.wait()

    def kill(self) -> None:
        self._end_guard()
        kill_server(self._layout.cluster, self.pid if self.running else None)
        self._process.wait()

    def _is_ready(self) -> bool:
        state = read_pid_file(self._layout.cluster)
        return state is not None and state.pid == self.pid and state.ready

    def _spawn(self, command: list[str], stdin: int, output: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603  # the programs are our own
            command,
            cwd=self._layout.cluster,
            env=ENVIRONMENT,
            user=self._account.uid,
            group=self._account.gid,
            extra_groups=self._account.extra_groups,
            umask=0o077,
            stdin=stdin,
            stdout=output,
            stderr=output,
            # Ctrl-C in the terminal is for us; we stop the server when our own work is done.
            start_new_session=True,
        )

    def _start_guard(self) -> subprocess.Popen[bytes]:
        command = ["/bin/sh", "-c", GUARD, "postgres-guard", str(self.pid)]
        return self._spawn(command, stdin=subprocess.PIPE, output=subprocess.DEVNULL)

    def _end_guard(self) -> None:
        if self._guard is not None:
            self._guard.kill()
            self._guard.communicate()
