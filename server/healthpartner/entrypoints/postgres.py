"""Where this process finds PostgreSQL: the server that HP_DATABASE_URL names, or one of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from healthpartner.core.config import Settings
from healthpartner.core.postgres.embedded import EmbeddedPostgres


@contextmanager
def postgres_of(settings: Settings, progress: Callable[[str], None]) -> Iterator[str]:
    """The URL of a running server, for as long as the block lasts."""
    if settings.database.url is not None:
        yield settings.database.url
        return
    progress("Starting the embedded PostgreSQL.")
    with EmbeddedPostgres(settings.deployment.data_dir, progress=progress) as server:
        yield server.start().url
