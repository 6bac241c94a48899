"""Runs a reader, which blocks, in a thread of its own: one group of chunks ahead of whoever stores them."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from healthpartner.providers.contract import ImportReader, SampleChunk

# A group is one transaction: large enough that days are rarely merged twice, small enough for flat memory.
GROUP_SAMPLES = 40_000

Groups = AsyncGenerator[list[SampleChunk], None]


@asynccontextmanager
async def groups_of(reader: ImportReader) -> AsyncIterator[Groups]:
    """The chunks in groups; leaving the context waits for the thread. Raises what the reader raises."""
    executor = ThreadPoolExecutor(1, "import")
    try:
        yield _ahead(iter(reader), executor)
    finally:
        await asyncio.to_thread(executor.shutdown)


async def _ahead(chunks: Iterator[SampleChunk], executor: ThreadPoolExecutor) -> Groups:
    loop = asyncio.get_running_loop()
    following = loop.run_in_executor(executor, _take, chunks)
    while group := await following:
        following = loop.run_in_executor(executor, _take, chunks)
        try:
            yield group
        except BaseException:
            following.cancel()
            raise


def _take(chunks: Iterator[SampleChunk]) -> list[SampleChunk]:
    """Chunks of about a group's samples; none at the end."""
    group: list[SampleChunk] = []
    samples = 0
    for chunk in chunks:
        group.append(chunk)
        samples += len(chunk.batch)
        if samples >= GROUP_SAMPLES:
            break
    return group
