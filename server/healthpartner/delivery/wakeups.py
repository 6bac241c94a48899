"""Tells a worker at once that there may be work. Only a convenience: a worker that hears nothing looks by itself."""

import asyncio
from typing import Any

from healthpartner.events.outbox import CHANNEL


class Wakeups:
    """A connection that listens, made anew whenever it is found lost."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._connection: Any = None
        self.heard = asyncio.Event()

    async def listen(self) -> None:
        if self._connection is not None and not self._connection.is_closed():
            return
        await self.close()
        connection = await self._pool.acquire()
        try:
            await connection.add_listener(CHANNEL, self._hear)
        except BaseException:
            await self._pool.release(connection)
            raise
        self._connection = connection

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            if not connection.is_closed():
                await connection.remove_listener(CHANNEL, self._hear)
            await self._pool.release(connection)

    def _hear(self, *_: object) -> None:
        self.heard.set()
