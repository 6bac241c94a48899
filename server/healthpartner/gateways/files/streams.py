"""Incoming streams, whose chunks are as small or large as the sender likes, in blocks that suit a store."""

from collections.abc import AsyncGenerator, AsyncIterator

from healthpartner.gateways.files.contract import FileTooLarge


async def gathered(chunks: AsyncIterator[bytes], block_bytes: int, maximum_bytes: int) -> AsyncGenerator[bytes, None]:
    """Blocks of exactly `block_bytes`, the last one shorter; none for an empty stream.

    Raises `FileTooLarge` at the first chunk that passes `maximum_bytes`.
    """
    waiting = bytearray()
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > maximum_bytes:
            raise FileTooLarge
        waiting += chunk
        while len(waiting) >= block_bytes:
            yield bytes(waiting[:block_bytes])
            del waiting[:block_bytes]
    if waiting:
        yield bytes(waiting)
