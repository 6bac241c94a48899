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
# About a group may wait in here, besides the one at work.
BUFFER_BYTES = 1024**2


class ReaderDied(RuntimeError):
    """The reader's process ended without an answer."""


@asynccontextmanager
async def reading(path: Path, format_name: str | None) -> AsyncIterator[AsyncGenerator[Frame, None]]:
    """The frames of one file; the process is gone when the context ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        reader_process.__name__,
        str(path),
        format_name or "",
        str(reader_process.GROUP_SAMPLES),
        stdout=asyncio.subprocess.PIPE,
        stdin=asyncio.subprocess.DEVNULL,
        # A traceback could quote the file.
        stderr=asyncio.subprocess.DEVNULL,
        limit=BUFFER_BYTES,
        env=_environment(),
    )
    if process.stdout is None:
        raise ReaderDied
    try:
        yield _frames(process.stdout)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def _frames(stream: asyncio.StreamReader) -> AsyncGenerator[Frame, None]:
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
