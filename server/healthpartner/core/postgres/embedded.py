"""Run a PostgreSQL server for this process: create its cluster once, start it, stop it, survive every kill.

The data directory is ours while we run. A server that a killed process left behind is stopped and started
afresh; PostgreSQL itself recovers what was committed.
"""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

from healthpartner.core.postgres.account import Account, account_for
from healthpartner.core.postgres.address import PostgresAddress
from healthpartner.core.postgres.binaries import Installation, installation_for
from healthpartner.core.postgres.binary_copy import runnable
from healthpartner.core.postgres.cluster import DATABASE, SUPERUSER, create_cluster, read_password, remove_unfinished
from healthpartner.core.postgres.errors import StartFailed
from healthpartner.core.postgres.layout import Layout, prepared
from healthpartner.core.postgres.leftovers import clear_leftovers
from healthpartner.core.postgres.lock import DirectoryLock
from healthpartner.core.postgres.ports import HOST, choose_port, remember_port
from healthpartner.core.postgres.postmaster import Postmaster
from healthpartner.core.postgres.sockets import remove_socket_directory, socket_directory

NO_SETTINGS: Mapping[str, str] = MappingProxyType({})

# Recovery after a crash replays the write-ahead log, at most a few gigabytes of it.
READY_SECONDS = 300
RETRY_SECONDS = 15

# Ends that pass by themselves: dying processes of the last run, or a port taken between choice and use.
PASSING = ("shared memory block", "lock file", "could not create any TCP/IP sockets")


def ignore(_step: str) -> None:
    """Drop the progress messages."""


class EmbeddedPostgres:
    """A server on `data_dir`; `progress` hears one short sentence per slow step, `settings` override ours.

    Everything blocks: call it before the event loop runs, or in a thread.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        port: int | None = None,
        progress: Callable[[str], None] = ignore,
        settings: Mapping[str, str] = NO_SETTINGS,
    ) -> None:
        self._data_dir = data_dir
        self._asked_port = port
        self._progress = progress
        self._settings = settings
        self._lock: DirectoryLock | None = None
        self._account = Account()
        self._postmaster: Postmaster | None = None
        self._address: PostgresAddress | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The server's process id, None when it does not run."""
        return self._postmaster.pid if self._postmaster is not None and self._postmaster.running else None

    def start(self) -> PostgresAddress:
        """Return once the server accepts connections; starts it again when it crashed.

        Raises an EmbeddedPostgresError that says what to do.
        """
        if self._address is not None and self.pid is not None:
            return self._address
        layout = prepared(self._data_dir)
        self._lock = self._lock or DirectoryLock(layout.lock)
        self._lock.acquire()
        try:
            self._address = self._start_on(layout)
        except OSError as error:
            self.stop()
            raise StartFailed(str(error)) from error
        except BaseException:
            self.stop()
            raise
        return self._address

    def stop(self) -> None:
        """Fast stop; safe to repeat."""
        self._end_postmaster()
        if self._lock is not None:
            self._lock.release()

    def kill(self) -> None:
        """End the server and its children as a power cut would; for tests of faults. `start` runs it again."""
        if self._postmaster is not None:
            self._postmaster.kill()
        self._forget_postmaster()

    def _start_on(self, layout: Layout) -> PostgresAddress:
        # A crash of the server leaves our record of it and its guard behind.
        self._end_postmaster()
        self._account = account_for(layout.cluster)
        installation = runnable(installation_for(layout.cluster), self._account)
        clear_leftovers(layout.cluster, self._account, self._progress)
        remove_unfinished(layout)
        if not (layout.cluster / "PG_VERSION").exists():
            self._progress("Creating the database, on the first start only.")
            durable = self._settings.get("fsync", "on") == "on"
            create_cluster(layout, installation, self._account, durable=durable)
        port = self._launch(layout, installation)
        remember_port(port, layout.port)
        sockets = self._postmaster.socket_dir if self._postmaster is not None else None
        return PostgresAddress(HOST, port, SUPERUSER, read_password(layout), DATABASE, sockets)

    def _launch(self, layout: Layout, installation: Installation) -> int:
        """Start until it answers, again after an end that passes by itself; returns the port."""
        deadline = time.monotonic() + RETRY_SECONDS
        while True:
            port = choose_port(self._asked_port, layout.port)
            self._progress(f"Starting PostgreSQL {installation.version} on port {port}.")
            sockets = socket_directory(layout.cluster, self._account)
            settings = {**self._settings, "port": str(port)}
            self._postmaster = Postmaster(layout, installation, self._account, sockets, settings)
            if self._postmaster.wait_ready(READY_SECONDS):
                return port
            reason = self._postmaster.log_tail
            self._end_postmaster()
            if time.monotonic() > deadline or not any(sign in reason for sign in PASSING):
                raise StartFailed(f"The end of its log: {reason}")

    def _end_postmaster(self) -> None:
        if self._postmaster is not None:
            self._postmaster.stop()
        self._forget_postmaster()

    def _forget_postmaster(self) -> None:
        if self._postmaster is not None:
            remove_socket_directory(self._postmaster.socket_dir, self._account)
        self._postmaster = None
        self._address = None
