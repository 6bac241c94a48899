"""The operating-system account that runs the server: our own, or an unprivileged one when we are root."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from healthpartner.core.postgres.errors import DataDirectoryUnusable

UNPRIVILEGED_NAME = "nobody"

# Nothing of our own environment goes along: it may hold secrets.
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": os.defpath}


@dataclass(frozen=True)
class Account:
    """`None` stands for the account of this process."""

    uid: int | None = None
    gid: int | None = None

    @property
    def extra_groups(self) -> list[int] | None:
        return None if self.uid is None else []

    def own(self, path: Path) -> None:
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def run(self, arguments: Sequence[str | Path], directory: Path = Path("/")) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603  # the programs are our own
            arguments,
            cwd=directory,
            env=ENVIRONMENT,
            user=self.uid,
            group=self.gid,
            extra_groups=self.extra_groups,
            umask=0o077,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            check=False,
        )

    def can_reach(self, directory: Path) -> bool:
        return self.run(["/bin/sh", "-c", 'cd "$1"', "sh", directory]).returncode == 0

    def can_run(self, program: Path) -> bool:
        try:
            return self.run([program, "--version"]).returncode == 0
        except OSError:
            return False


def account_for(cluster: Path) -> Account:
    """An existing cluster keeps its owner; PostgreSQL itself refuses to run as root.

    Raises DataDirectoryUnusable when the cluster is another account's and we may not act for it.
    """
    owner = cluster.stat() if cluster.exists() else None
    if os.geteuid() != 0:
        if owner is not None and owner.st_uid != os.geteuid():
            raise DataDirectoryUnusable(f"{cluster} belongs to uid {owner.st_uid}: start as that account or as root.")
        return Account()
    if owner is not None and owner.st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    try:
        entry = pwd.getpwnam(UNPRIVILEGED_NAME)
    except KeyError:
        raise DataDirectoryUnusable(
            f"PostgreSQL does not run as root, and there is no account named {UNPRIVILEGED_NAME}: start as another user."
        ) from None
    return Account(entry.pw_uid, entry.pw_gid)
