"""What lies where in the data directory."""

from dataclasses import dataclass
from pathlib import Path

from healthpartner.core.postgres.account import Account
from healthpartner.core.postgres.errors import DataDirectoryUnusable
from healthpartner.core.postgres.processes import PROC

STAGING_PREFIX = "postgres.creating-"


@dataclass(frozen=True)
class Layout:
    root: Path

    @property
    def cluster(self) -> Path:
        return self.root / "postgres"

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def password(self) -> Path:
        return self.root / "postgres.password"

    @property
    def port(self) -> Path:
        return self.root / "postgres.port"

    @property
    def log(self) -> Path:
        return self.root / "postgres.log"


def prepared(data_dir: Path) -> Layout:
    """Make the directory when it is missing: others may pass through it, not list it."""
    try:
        data_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
    except OSError as error:
        raise DataDirectoryUnusable(f"{data_dir} cannot be made: {error.strerror}.") from error
    return Layout(data_dir.resolve())


def directory_argument(directory: Path, account: Account) -> str:
    """How a program started *in* the directory names it, also where the account cannot pass its parents.

    Root can start a program inside a directory below its private home; the link of the kernel to the working
    directory leads there without passing the parents, and no permission has to be loosened.
    """
    if account.uid is None or account.can_reach(directory):
        return str(directory)
    if PROC.is_dir():
        return "/proc/self/cwd"
    raise DataDirectoryUnusable(
        f"uid {account.uid}, which runs PostgreSQL, cannot reach {directory}: "
        "choose a data directory outside of private directories."
    )
