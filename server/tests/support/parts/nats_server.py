"""NATS with JetStream as Debian packages it: the real server, on a free port."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.parts.processes import installed, server


@contextmanager
def nats_server(configuration: str = "") -> Iterator[int]:
    """Yields the port. `configuration` is put into the server's file."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "nats.conf")
        file.write_text(configuration)
        command = [installed("nats-server"), "-c", str(file), "-a", "127.0.0.1", "-p", "{port}", "-js", "-sd", folder]
        with server(command, {}) as port:
            yield port
