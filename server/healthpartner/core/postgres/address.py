"""Where a PostgreSQL server answers and how to log in."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote


@dataclass(frozen=True)
class PostgresAddress:
    """`socket_dir` holds the unix socket, for clients that prefer it to TCP."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    database: str
    socket_dir: Path | None

    @property
    def url(self) -> str:
        """A libpq URL; it carries the password, so it belongs in no log."""
        user, password, database = (quote(part, safe="") for part in (self.user, self.password, self.database))
        return f"postgresql://{user}:{password}@{self.host}:{self.port}/{database}"
