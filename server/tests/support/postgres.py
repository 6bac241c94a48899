"""A throwaway PostgreSQL for tests: real, quick, and gone afterwards."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from healthpartner.core.postgres.address import PostgresAddress
from healthpartner.core.postgres.embedded import EmbeddedPostgres

# No test asks for its data after a power cut.
QUICK = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "autovacuum": "on"}


@contextmanager
def temporary_postgres() -> Iterator[PostgresAddress]:
    """One server on a free port in a temporary directory; meant to be opened once per test session."""
    directory = Path(tempfile.mkdtemp(prefix="healthpartner-test-"))
    directory.chmod(0o711)
    try:
        with EmbeddedPostgres(directory, settings=QUICK) as server:
            yield server.start()
    finally:
        shutil.rmtree(directory)
