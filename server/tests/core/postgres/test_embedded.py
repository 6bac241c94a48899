import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from healthpartner.core.postgres.embedded import EmbeddedPostgres
from healthpartner.core.postgres.errors import PortInUse, StartFailed
from healthpartner.core.postgres.processes import kill_server, server_processes
from tests.support.postgres import QUICK, temporary_postgres

Query = Callable[..., list[tuple[Any, ...]]]


def test_a_first_start_makes_a_durable_utf8_cluster_in_utc(empty_dir: Path, query: Query) -> None:
    with EmbeddedPostgres(empty_dir) as server:
        names = ("fsync", "synchronous_commit", "full_page_writes", "server_encoding", "timezone", "data_checksums")
        shown = ", ".join(f"current_setting('{name}')" for name in names)
        assert query(server.start(), f"SELECT {shown}") == [("on", "on", "on", "UTF8", "UTC", "on")]
        assert query(server.start(), "SELECT datlocale FROM pg_database WHERE datname = current_database()") == [
            ("C.UTF-8",)
        ]


def test_a_second_start_finds_its_data_and_its_port(data_dir: Path, query: Query) -> None:
    with EmbeddedPostgres(data_dir) as server:
        first = server.start()
        query(first, "CREATE TABLE kept_by_stop AS SELECT 42 AS answer")
    with EmbeddedPostgres(data_dir) as server:
        assert server.start() == first
        assert query(first, "SELECT answer FROM kept_by_stop") == [(42,)]


def test_each_slow_step_is_told_once(empty_dir: Path) -> None:
    steps: list[str] = []
    with EmbeddedPostgres(empty_dir, progress=steps.append, settings=QUICK) as server:
        port = server.start().port
    assert steps == ["Creating the database, on the first start only.", f"Starting PostgreSQL 18 on port {port}."]


def test_the_unix_socket_answers_too(data_dir: Path, query: Query) -> None:
    with EmbeddedPostgres(data_dir) as server:
        address = server.start()
        assert query(address, "SELECT inet_client_addr()", host=str(address.socket_dir)) == [(None,)]


def test_a_path_too_long_for_a_socket_gets_a_short_one(tmp_path: Path, query: Query) -> None:
    with EmbeddedPostgres(tmp_path / ("deep" * 30), settings=QUICK) as server:
        address = server.start()
        assert address.socket_dir is not None
        assert len(str(address.socket_dir)) < 40
        assert query(address, "SELECT 1", host=str(address.socket_dir)) == [(1,)]
    assert not address.socket_dir.exists()


def test_a_short_socket_directory_does_not_stay_after_a_kill(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / ("deep" * 30), settings=QUICK)
    left = server.start().socket_dir
    assert left is not None
    pid = server.pid
    assert pid is not None
    kill_server(tmp_path / ("deep" * 30) / "postgres", pid)
    left.mkdir(exist_ok=True)
    with server:
        assert server.start().socket_dir != left
        assert not left.exists()


@pytest.mark.parametrize("way", ["tcp", "socket"])
def test_a_wrong_password_is_refused(data_dir: Path, query: Query, way: str) -> None:
    with EmbeddedPostgres(data_dir) as server:
        address = server.start()
        host = address.host if way == "tcp" else str(address.socket_dir)
        with pytest.raises(asyncpg.InvalidPasswordError):
            query(address, "SELECT 1", host=host, password="guess")


def test_the_password_is_private_and_never_shown(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as server:
        address = server.start()
    assert stat.S_IMODE((data_dir / "postgres.password").stat().st_mode) == 0o600
    assert len(address.password) >= 40
    assert address.password not in repr(address)
    assert address.password in address.url


def test_values_in_failing_statements_never_reach_the_log(data_dir: Path, query: Query) -> None:
    with EmbeddedPostgres(data_dir) as server:
        address = server.start()
        query(address, "CREATE TABLE reading (note text UNIQUE CHECK (note <> 'canary-refused'))")
        query(address, "INSERT INTO reading VALUES ('canary-twice')")
        failing = ("INSERT INTO reading VALUES ('canary-twice')", "SELECT 'canary-cast'::int", "canary syntax")
        for sql in (*failing, "INSERT INTO reading VALUES ('canary-refused')"):
            with pytest.raises(asyncpg.PostgresError):
                query(address, sql)
    log = (data_dir / "postgres.log").read_text()
    assert "ready to accept connections" in log
    assert "canary" not in log


def test_a_stop_leaves_no_process_and_may_be_repeated(data_dir: Path) -> None:
    server = EmbeddedPostgres(data_dir)
    server.start()
    assert server.pid in server_processes(data_dir / "postgres")
    for _ in range(2):
        server.stop()
        assert server_processes(data_dir / "postgres") == []


def test_a_given_port_is_used(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as server:
        port = server.start().port
    (data_dir / "postgres.port").unlink()
    with EmbeddedPostgres(data_dir, port=port) as server:
        assert server.start().port == port


def test_a_taken_port_that_was_asked_for_is_an_error(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = EmbeddedPostgres(data_dir, port=taken.getsockname()[1])
        with pytest.raises(PortInUse, match="already listens"):
            server.start()
    with EmbeddedPostgres(data_dir):
        pass


def test_a_taken_port_of_the_last_run_is_replaced(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (data_dir / "postgres.port").write_text(f"{port}\n")
        with EmbeddedPostgres(data_dir) as server:
            assert server.start().port != port


def test_a_failed_start_shows_the_end_of_the_log_and_frees_the_directory(data_dir: Path) -> None:
    with pytest.raises(StartFailed, match="unrecognized configuration parameter"):
        EmbeddedPostgres(data_dir, settings={"no_such_setting": "on"}).start()
    with EmbeddedPostgres(data_dir):
        pass


def test_a_temporary_server_is_quick_to_write_and_leaves_nothing(query: Query) -> None:
    with temporary_postgres() as address:
        assert query(address, "SELECT current_setting('fsync')") == [("off",)]
        assert address.socket_dir is not None
        assert address.socket_dir.exists()
    assert not address.socket_dir.parent.exists()


def test_our_environment_does_not_reach_the_server(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_SECRET", "swordfish")
    with EmbeddedPostgres(data_dir) as server:
        assert b"swordfish" not in Path(f"/proc/{server.pid}/environ").read_bytes()
        owner = Path(f"/proc/{server.pid}").stat().st_uid
    assert owner != 0
    assert os.geteuid() in (0, owner)
