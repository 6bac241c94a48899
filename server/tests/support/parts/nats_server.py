"""NATS with JetStream as Debian packages it: the real server, on a free port."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.parts.ports import free_port, wait_until_open
from tests.support.parts.processes import installed, server


@contextmanager
def nats_server(configuration: str = "") -> Iterator[int]:
    """Yields the port. `configuration` is put into the server's file."""
    with TemporaryDirectory() as folder, server(_command("{port}", Path(folder), configuration), {}) as port:
        yield port


class KillableNats:
    """A server that can be killed, and comes back on its port with what it had stored."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._command = _command(str(self.port), folder, "")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until_open(self.port, self._process)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@contextmanager
def killable_nats() -> Iterator[KillableNats]:
    with TemporaryDirectory() as folder:
        nats = KillableNats(Path(folder))
        nats.start()
        try:
            yield nats
        finally:
            nats.kill()


def _command(port: str, folder: Path, configuration: str) -> list[str]:
    file = folder / "nats.conf"
    file.write_text(configuration)
    return [installed("nats-server"), "-c", str(file), "-a", "127.0.0.1", "-p", port, "-js", "-sd", str(folder)]
