"""Starts the reader's process for one file and takes what it says, as fast as it is stored and no faster."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from healthpartner.domains.ingestion import reader_process
from healthpartner.domains.ingestion.wire import LENGTH_BYTES, Frame, decoded

PACKAGE_ROOT = str(Path(__file__).resolve().parents[3])
# The next group waits in the reader's process.
BUFFER_BYTES = 256 * 1024


class ReaderDied(RuntimeError):
    """The reader's process ended without an answer."""


@asynccontextmanager
async def reading(format_name: str | None) -> AsyncIterator["Reading"]:
    """A reader that makes itself ready while the file is fetched; the process is gone when the context ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        reader_process.__name__,
        format_name or "",
        str(reader_process.GROUP_SAMPLES),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        # A traceback could quote the file.
        stderr=asyncio.subprocess.DEVNULL,
        limit=BUFFER_BYTES,
        env=_environment(),
    )
    try:
        yield Reading(process)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


class Reading:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def frames(self, path: Path) -> AsyncGenerator[Frame, None]:
        """What the reader says about one file. Raises ReaderDied where it breaks off within a frame."""
        told, stream = self._process.stdin, self._process.stdout
        if told is None or stream is None:
            raise ReaderDied
        told.write(f"{path}\n".encode())
        # A process that is gone already is noticed by its silence.
        with suppress(ConnectionError):
            await told.drain()
        while head := await stream.read(LENGTH_BYTES):
            try:
                head += await stream.readexactly(LENGTH_BYTES - len(head))
                yield decoded(await stream.readexactly(int.from_bytes(head, "big")))
            except asyncio.IncompleteReadError:
                raise ReaderDied from None


def _environment() -> dict[str, str]:
    """None of our settings: the reader needs no secrets, and a hostile file shall find none."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HP_", "AWS_"))}
    return {**kept, "PYTHONPATH": PACKAGE_ROOT, "OPENBLAS_NUM_THREADS": "1"}
