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
        if self._connection is not None:
            return
        connection = await self._pool.acquire()
        try:
            connection.add_termination_listener(self._lose)
            await connection.add_listener(CHANNEL, self._hear)
        except BaseException:
            await self._pool.release(connection)
            raise
        self._connection = connection

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.remove_termination_listener(self._lose)
            await connection.remove_listener(CHANNEL, self._hear)
            await self._pool.release(connection)

    def _lose(self, _connection: Any) -> None:
        # The pool takes a broken connection back by itself; after that nothing may be asked of it.
        self._connection = None

    def _hear(self, *_: object) -> None:
        self.heard.set()
