"""Create the database cluster, all or nothing: it is made in a staging directory and then renamed."""

import os
import secrets
import shutil
import tempfile
from pathlib import Path

from healthpartner.core.postgres.account import Account
from healthpartner.core.postgres.binaries import Installation
from healthpartner.core.postgres.errors import ClusterCreationFailed, ClusterDamaged
from healthpartner.core.postgres.layout import STAGING_PREFIX, Layout, directory_argument
from healthpartner.core.postgres.processes import kill_server

SUPERUSER = "postgres"
DATABASE = "postgres"
BUILTIN_LOCALES_SINCE = 17
OUTPUT_TAIL_CHARACTERS = 2000


def read_password(layout: Layout) -> str:
    try:
        return layout.password.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise ClusterDamaged(
            f"{layout.password} is missing: restore it from the backup of the data directory."
        ) from None


def create_cluster(layout: Layout, installation: Installation, account: Account, *, durable: bool) -> None:
    """Make the cluster and its password file; on failure nothing stays but the error, with initdb's last words."""
    password = secrets.token_urlsafe(32)
    staging = Path(tempfile.mkdtemp(prefix=STAGING_PREFIX, dir=layout.root))
    try:
        _run_initdb(staging, password, installation, account, durable=durable)
        _write_password(layout.password, password)
        (staging / "cluster").rename(layout.cluster)
        _sync_directory(layout.root)
    except OSError as error:
        raise ClusterCreationFailed(str(error)) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def remove_unfinished(layout: Layout) -> None:
    """Clear what a killed creation left, ending its programs first: they outlive their parent."""
    for staging in layout.root.glob(f"{STAGING_PREFIX}*"):
        kill_server(staging, None)
        shutil.rmtree(staging)


def _run_initdb(staging: Path, password: str, installation: Installation, account: Account, *, durable: bool) -> None:
    target = staging / "cluster"
    target.mkdir(mode=0o700)
    password_file = staging / "password"
    _write_password(password_file, password)
    for path in (staging, target, password_file):
        account.own(path)
    arguments: list[str | Path] = [
        installation.program("initdb"),
        f"--pgdata={directory_argument(target, account)}",
        f"--username={SUPERUSER}",
        "--pwfile=../password",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
    ]
    if installation.version >= BUILTIN_LOCALES_SINCE:
        # Compares bytes, and does not change with the C library: indexes survive a system upgrade.
        arguments.append("--locale-provider=builtin")
    if not durable:
        arguments.append("--no-sync")
    result = account.run(arguments, target)
    if result.returncode != 0:
        raise ClusterCreationFailed(
            f"initdb ended with {result.returncode}: {result.stdout[-OUTPUT_TAIL_CHARACTERS:].strip()}"
        )


def _write_password(path: Path, password: str) -> None:
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{password}\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
