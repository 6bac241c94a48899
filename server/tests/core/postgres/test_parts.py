import os
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.core.postgres import processes
from healthpartner.core.postgres.account import Account
from healthpartner.core.postgres.address import PostgresAddress
from healthpartner.core.postgres.embedded import EmbeddedPostgres
from healthpartner.core.postgres.errors import DataDirectoryInUse
from healthpartner.core.postgres.lock import DirectoryLock
from healthpartner.core.postgres.pid_file import PidFile, read_pid_file
from healthpartner.core.postgres.ports import choose_port, remember_port
from healthpartner.core.postgres.server_log import ROTATE_AT_BYTES, open_log, tail
from healthpartner.core.postgres.settings import arguments
from healthpartner.core.postgres.sockets import SHORT_PARENT, remove_socket_directory

text = st.text(st.characters(codec="utf-8"), min_size=1)


@given(user=text, password=text, database=text)
def test_a_url_gives_back_what_went_in(user: str, password: str, database: str) -> None:
    url = urlsplit(PostgresAddress("127.0.0.1", 5432, user, password, database, None).url)
    assert unquote(url.username or "") == user
    assert unquote(url.password or "") == password
    assert unquote(url.path[1:]) == database
    assert (url.hostname, url.port) == ("127.0.0.1", 5432)


@given(content=st.binary(max_size=200))
def test_any_pid_file_is_read_without_an_error(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    cluster = tmp_path_factory.mktemp("cluster")
    (cluster / "postmaster.pid").write_bytes(content)
    state = read_pid_file(cluster)
    assert state is None or not state.ready or b"ready" in content


def test_a_pid_file_tells_when_the_server_is_ready(tmp_path: Path) -> None:
    lines = ["77", "/data", "1795493442", "5432", "/run/s", "127.0.0.1", "1 9", "starting"]
    (tmp_path / "postmaster.pid").write_text("\n".join(lines))
    assert read_pid_file(tmp_path) == PidFile(pid=77, socket_dir="/run/s", ready=False)
    (tmp_path / "postmaster.pid").write_text("\n".join([*lines[:7], "ready   "]))
    assert read_pid_file(tmp_path) == PidFile(pid=77, socket_dir="/run/s", ready=True)


def test_a_lock_is_kept_on_repeat_and_free_after_release(tmp_path: Path) -> None:
    first, second = DirectoryLock(tmp_path / "lock"), DirectoryLock(tmp_path / "lock")
    first.acquire()
    first.acquire()
    with pytest.raises(DataDirectoryInUse) as refusal:
        second.acquire()
    assert refusal.value.pid == os.getpid()
    first.release()
    second.acquire()
    second.release()


def test_a_lock_does_not_pass_to_programs_we_start(tmp_path: Path) -> None:
    lock = DirectoryLock(tmp_path / "lock")
    lock.acquire()
    with subprocess.Popen(["/bin/sleep", "60"]) as program:
        lock.release()
        DirectoryLock(tmp_path / "lock").acquire()
        program.kill()


@pytest.mark.parametrize("memory", ["", "no number", "0", "65536", "-1"])
def test_a_spoilt_port_memory_leads_to_a_free_port(tmp_path: Path, memory: str) -> None:
    (tmp_path / "port").write_text(memory)
    assert 1024 < choose_port(None, tmp_path / "port") < 65536


def test_a_remembered_free_port_is_taken_again(tmp_path: Path) -> None:
    port = choose_port(None, tmp_path / "port")
    remember_port(port, tmp_path / "port")
    assert choose_port(None, tmp_path / "port") == port


def test_a_port_that_cannot_be_remembered_is_no_failure(tmp_path: Path) -> None:
    remember_port(5432, tmp_path / "missing" / "port")
    assert not (tmp_path / "missing").exists()


def test_given_settings_win_over_ours() -> None:
    options = arguments({"fsync": "off", "work_mem": "8MB"})
    assert "fsync=off" in options
    assert "fsync=on" not in options
    assert "work_mem=8MB" in options


def test_a_big_log_moves_aside_and_stays_private(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"x" * (ROTATE_AT_BYTES + 1))
    with open_log(log) as file:
        file.write(b"early\n")
        start = file.tell()
        file.write(b"late\n")
    assert tail(log, start) == "late"
    assert log.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "log.1").stat().st_size == ROTATE_AT_BYTES + 1


def test_only_socket_directories_of_ours_are_removed(tmp_path: Path) -> None:
    precious = tmp_path / "healthpartner-socket-x"
    precious.mkdir()
    for path in (precious, Path(), SHORT_PARENT, SHORT_PARENT / "healthpartner-socket-missing"):
        remove_socket_directory(path, Account())
    assert precious.exists()


def test_a_system_without_proc_finds_a_server_by_its_pid_file(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with EmbeddedPostgres(data_dir) as server:
        monkeypatch.setattr(processes, "PROC", data_dir / "no-proc")
        assert processes.server_processes(data_dir / "postgres") == [server.pid]
    assert processes.server_processes(data_dir / "postgres") == []
