import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from healthpartner.core.postgres.address import PostgresAddress
from healthpartner.core.postgres.cluster import DATABASE, SUPERUSER, read_password
from healthpartner.core.postgres.embedded import EmbeddedPostgres
from healthpartner.core.postgres.errors import DataDirectoryInUse
from healthpartner.core.postgres.layout import Layout
from healthpartner.core.postgres.processes import server_processes, wait_until
from tests.support.postgres import QUICK

Query = Callable[..., list[tuple[Any, ...]]]

PARENT = """
import sys
from pathlib import Path
from healthpartner.core.postgres.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]))
address = server.start()
if sys.argv[2] == "unguarded":
    server._postmaster._end_guard()
sys.stdout.write(f"{address.port} {server.pid}\\n")
sys.stdout.flush()
sys.stdin.read()
"""


@contextmanager
def parent_process(data_dir: Path, way: str = "guarded") -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", PARENT, str(data_dir), way]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def first_line(process: subprocess.Popen[str]) -> list[int]:
    assert process.stdout is not None
    return [int(word) for word in process.stdout.readline().split()]


def test_committed_data_survives_a_kill_of_the_server(data_dir: Path, query: Query) -> None:
    server = EmbeddedPostgres(data_dir)
    query(server.start(), "CREATE TABLE kept_by_kill AS SELECT generate_series(1, 1000) AS n")
    server.kill()
    assert server_processes(data_dir / "postgres") == []
    assert server.pid is None
    with server:
        assert query(server.start(), "SELECT count(*) FROM kept_by_kill") == [(1000,)]


def test_a_server_whose_first_process_alone_was_killed_starts_again(data_dir: Path, query: Query) -> None:
    with EmbeddedPostgres(data_dir) as server:
        query(server.start(), "CREATE TABLE kept_by_crash AS SELECT 1 AS n")
        pid = server.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda: server.pid is None, 5)
        assert query(server.start(), "SELECT n FROM kept_by_crash") == [(1,)]
        assert server.pid != pid


def test_a_killed_parent_takes_its_server_along(data_dir: Path) -> None:
    with parent_process(data_dir) as process:
        first_line(process)
        assert server_processes(data_dir / "postgres")
        process.kill()
    assert wait_until(lambda: not server_processes(data_dir / "postgres"), 10)
    assert not (data_dir / "postgres" / "postmaster.pid").exists()


def test_an_orphan_of_a_killed_parent_is_replaced_and_its_data_is_there(data_dir: Path, query: Query) -> None:
    with parent_process(data_dir, "unguarded") as process:
        port, orphan = first_line(process)
        process.kill()
    assert orphan in server_processes(data_dir / "postgres")
    steps: list[str] = []
    with EmbeddedPostgres(data_dir, progress=steps.append) as server:
        assert steps[0] == "Stopping a PostgreSQL that an earlier run left behind."
        assert server.start().port == port
        assert orphan not in server_processes(data_dir / "postgres")
        assert query(server.start(), "SELECT 1") == [(1,)]


def test_a_parent_killed_after_a_commit_loses_nothing(data_dir: Path, query: Query) -> None:
    with parent_process(data_dir, "unguarded") as process:
        port, _ = first_line(process)
        address = PostgresAddress("127.0.0.1", port, SUPERUSER, read_password(Layout(data_dir)), DATABASE, None)
        query(address, "CREATE TABLE kept_by_orphan AS SELECT generate_series(1, 5000) AS n")
        process.kill()
    with EmbeddedPostgres(data_dir) as server:
        assert query(server.start(), "SELECT count(*) FROM kept_by_orphan") == [(5000,)]


def test_a_second_server_in_another_process_is_refused_by_pid(data_dir: Path) -> None:
    with parent_process(data_dir) as process:
        first_line(process)
        with pytest.raises(DataDirectoryInUse, match=str(process.pid)) as refusal:
            EmbeddedPostgres(data_dir).start()
        assert refusal.value.pid == process.pid


def test_a_second_server_in_this_process_is_refused_and_harms_nothing(data_dir: Path, query: Query) -> None:
    with EmbeddedPostgres(data_dir) as server:
        with pytest.raises(DataDirectoryInUse, match=str(os.getpid())):
            EmbeddedPostgres(data_dir).start()
        assert query(server.start(), "SELECT 1") == [(1,)]


def test_a_pid_file_that_names_a_stranger_is_no_obstacle(data_dir: Path) -> None:
    with subprocess.Popen(["/bin/sleep", "60"]) as stranger:
        lines = [str(stranger.pid), str(data_dir / "postgres"), "1", "5432", "", "", "", "ready"]
        (data_dir / "postgres" / "postmaster.pid").write_text("\n".join(lines) + "\n")
        with EmbeddedPostgres(data_dir):
            assert stranger.poll() is None
        stranger.kill()


def test_a_creation_killed_half_way_is_done_again(empty_dir: Path, query: Query) -> None:
    with parent_process(empty_dir) as process:
        assert wait_until(lambda: any(empty_dir.glob("postgres.creating-*/cluster/base")), 10)
        process.kill()
    assert not (empty_dir / "postgres").exists()
    with EmbeddedPostgres(empty_dir, settings=QUICK) as server:
        assert query(server.start(), "SELECT 1") == [(1,)]
    assert list(empty_dir.glob("postgres.creating-*")) == []


def test_an_abandoned_creation_is_cleared(data_dir: Path) -> None:
    (data_dir / "postgres.creating-old" / "cluster").mkdir(parents=True)
    with EmbeddedPostgres(data_dir):
        assert list(data_dir.glob("postgres.creating-*")) == []
