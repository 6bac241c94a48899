import os
import pwd
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from healthpartner.core.postgres import embedded
from healthpartner.core.postgres.account import UNPRIVILEGED_NAME, Account, account_for
from healthpartner.core.postgres.binaries import installations
from healthpartner.core.postgres.binary_copy import runnable
from healthpartner.core.postgres.embedded import EmbeddedPostgres
from healthpartner.core.postgres.errors import DataDirectoryUnusable
from healthpartner.core.postgres.layout import directory_argument
from tests.support.postgres import QUICK

Query = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def open_dir() -> Iterator[Path]:
    """A directory that every account can reach, unlike pytest's own."""
    directory = Path(tempfile.mkdtemp(dir="/var/tmp"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def closed_dir(open_dir: Path) -> Path:
    directory = open_dir / "closed"
    directory.mkdir(mode=0o700)
    return directory


def unprivileged() -> Account:
    if os.geteuid() != 0:
        return Account()
    entry = pwd.getpwnam(UNPRIVILEGED_NAME)
    return Account(entry.pw_uid, entry.pw_gid)


def in_ordinary_process(work: Callable[[], None]) -> str:
    """What `work` raised in a child without root's rights, empty when it went well."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        said = b""
        try:
            account = unprivileged()
            if account.uid is not None and account.gid is not None:
                os.setgroups([])
                os.setgid(account.gid)
                os.setuid(account.uid)
            work()
        except BaseException as error:  # noqa: BLE001  # whatever it is, the parent shall see it
            said = repr(error).encode()
        os.write(writing, said)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said.decode()


def test_an_ordinary_user_creates_starts_and_restarts(open_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readable = runnable(installations()[18], unprivileged())
    monkeypatch.setattr(embedded, "installation_for", lambda _cluster: readable)
    home = open_dir / "home"
    home.mkdir(mode=0o700)
    unprivileged().own(home)

    def use() -> None:
        for _ in range(2):
            with EmbeddedPostgres(home / "data", settings=QUICK) as server:
                assert server.pid is not None
                assert Path(f"/proc/{server.pid}").stat().st_uid == os.geteuid() != 0

    assert in_ordinary_process(use) == ""
    assert (home / "data" / "postgres").stat().st_uid != 0


def test_the_cluster_of_another_account_is_a_clear_error(open_dir: Path) -> None:
    (open_dir / "lock").touch(mode=0o000)

    def use() -> None:
        EmbeddedPostgres(open_dir).start()

    assert DataDirectoryUnusable.__name__ in in_ordinary_process(use)


def test_a_directory_below_a_private_one_keeps_its_parents_private(closed_dir: Path, query: Query) -> None:
    with EmbeddedPostgres(closed_dir / "data", settings=QUICK) as server:
        assert query(server.start(), "SELECT 1") == [(1,)]
        server.kill()
        assert query(server.start(), "SELECT 1") == [(1,)]
    assert closed_dir.stat().st_mode & 0o777 == 0o700


def test_a_directory_is_named_by_its_path_where_that_is_reachable(open_dir: Path) -> None:
    assert directory_argument(open_dir, unprivileged()) == str(open_dir)


def test_an_existing_cluster_keeps_its_owner(data_dir: Path) -> None:
    expected = (data_dir / "postgres").stat().st_uid
    assert account_for(data_dir / "postgres").uid in (expected, None)
