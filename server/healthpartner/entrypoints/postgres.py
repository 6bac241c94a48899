"""Where this process finds PostgreSQL: the server that HP_DATABASE_URL names, or one of its own."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from healthpartner.core.config import Settings
from healthpartner.core.postgres.embedded import EmbeddedPostgres
from healthpartner.core.postgres.errors import EmbeddedPostgresError

log = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS = 0.5


@contextmanager
def postgres_of(settings: Settings, progress: Callable[[str], None]) -> Iterator[str]:
    """The URL of a running server, for as long as the block lasts."""
    if settings.database.url is not None:
        yield settings.database.url
        return
    progress("Starting the embedded PostgreSQL.")
    with EmbeddedPostgres(settings.deployment.data_dir, progress=progress) as server:
        url = server.start().url
        with _kept_running(server):
            yield url


@contextmanager
def _kept_running(server: EmbeddedPostgres) -> Iterator[None]:
    """Starts the server again when it dies; it keeps its port, and the pools connect again by themselves."""
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(server, done), name="postgres-watcher", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _watch(server: EmbeddedPostgres, done: threading.Event) -> None:
    while not done.wait(LOOK_EVERY_SECONDS):
        if server.pid is None:
            log.error("postgres_died")
            try:
                server.start()
            except EmbeddedPostgresError as error:
                log.error("postgres_start_failed", error=type(error).__name__)  # noqa: TRY400 - its text says enough
