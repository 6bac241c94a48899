"""Azure Queue Storage as Microsoft's own emulator plays it, from npm: it checks signatures, permissions and sizes.
`make test` installs it where npm is there.
"""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.parts.processes import installed, server

ACCOUNT = "partner"
ACCOUNT_KEY = base64.b64encode(b"the-storage-account-key-of-the-tests").decode()

_PROGRAM = Path(__file__).parent / "npm" / "node_modules" / ".bin" / "azurite-queue"


@contextmanager
def azurite() -> Iterator[int]:
    """Yields the port. The account is `ACCOUNT`, its key `ACCOUNT_KEY`."""
    node = installed("node")
    if not _PROGRAM.exists():
        pytest.skip("Azurite is not installed: it comes from npm")
    command = [node, str(_PROGRAM), "--queueHost", "127.0.0.1", "--queuePort", "{port}", "--inMemoryPersistence"]
    # Without the last one it refuses clients that are newer than itself.
    options = ["--silent", "--disableTelemetry", "--skipApiVersionCheck"]
    with server([*command, *options], {"AZURITE_ACCOUNTS": f"{ACCOUNT}:{ACCOUNT_KEY}"}) as port:
        yield port
