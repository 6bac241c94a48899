"""Where the unix socket lies: in the cluster, or in a short directory when that path is too long for clients."""

import os
import shutil
import tempfile
from pathlib import Path

from healthpartner.core.postgres.account import Account

# The shortest limit of the supported systems (macOS: 104 bytes with the closing zero).
PATH_LIMIT_BYTES = 103
PREFIX = "healthpartner-socket-"
SHORT_PARENT = Path("/tmp")  # noqa: S108  # the directory itself is private


def socket_directory(cluster: Path, account: Account) -> Path:
    """The directory for clients; a directory made here is theirs to remove with `remove_socket_directory`."""
    if len(os.fsencode(cluster / ".s.PGSQL.65535")) <= PATH_LIMIT_BYTES:
        return cluster
    directory = Path(tempfile.mkdtemp(prefix=PREFIX, dir=SHORT_PARENT))
    account.own(directory)
    return directory


def remove_socket_directory(directory: Path, account: Account) -> None:
    """Remove a short directory of ours; any other path is left alone."""
    if directory.parent != SHORT_PARENT or not directory.name.startswith(PREFIX):
        return
    owner = os.geteuid() if account.uid is None else account.uid
    try:
        if directory.lstat().st_uid == owner:
            shutil.rmtree(directory, ignore_errors=True)
    except FileNotFoundError:
        return
