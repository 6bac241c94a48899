"""What can go wrong with the embedded server; a class's docstring is the first sentence of its message."""

from typing import ClassVar


class EmbeddedPostgresError(RuntimeError):
    """The embedded PostgreSQL cannot be used."""

    code: ClassVar[str] = "embedded_postgres_failed"

    def __init__(self, explanation: str = "") -> None:
        sentence = type(self).__doc__ or ""
        super().__init__(f"{sentence} {explanation}".strip())


class DataDirectoryInUse(EmbeddedPostgresError):
    """Another process runs a server on this data directory."""

    code = "data_directory_in_use"

    def __init__(self, explanation: str, *, pid: int | None) -> None:
        super().__init__(explanation)
        self.pid = pid


class DataDirectoryUnusable(EmbeddedPostgresError):
    """The data directory is closed to the account in use."""

    code = "data_directory_unusable"


class ClusterVersionMismatch(EmbeddedPostgresError):
    """The data was written by a PostgreSQL version that is not installed here."""

    code = "cluster_version_mismatch"


class ClusterDamaged(EmbeddedPostgresError):
    """The cluster directory lacks what a cluster must have."""

    code = "cluster_damaged"


class ClusterCreationFailed(EmbeddedPostgresError):
    """The database cluster could not be created."""

    code = "cluster_creation_failed"


class StartFailed(EmbeddedPostgresError):
    """PostgreSQL did not start."""

    code = "start_failed"


class PortInUse(EmbeddedPostgresError):
    """The port asked for is taken."""

    code = "port_in_use"


class BinariesMissing(EmbeddedPostgresError):
    """The PostgreSQL programs are not installed."""

    code = "binaries_missing"


class BinariesUnreadable(EmbeddedPostgresError):
    """The account that runs PostgreSQL cannot run its programs."""

    code = "binaries_unreadable"
