"""`healthpartner run` as a real process: it starts, stops, survives kills and keeps its data to itself."""

import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.running import command, running

PATIENCE_SECONDS = 60


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests here, as for all starts of a deployment; the first start makes the database."""
    directory = tmp_path_factory.mktemp("run")
    for part in (directory, directory.parent):
        part.chmod(0o711)
    data = directory / "data"
    data.mkdir(mode=0o711)
    return data


def credentials(data_dir: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in (data_dir / "sandbox.env").read_text().splitlines())


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline


def answer_to(url: str, request: bytes) -> bytes:
    """What comes back over a bare connection until it is closed."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(request)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received


def token_of(url: str, known: dict[str, str]) -> str:
    answer = httpx.post(
        f"{url}/v1/auth/token",
        headers={"taih-tenant-key": known["HP_TENANT_KEY"]},
        json={"user_id": known["HP_USER_ID"]},
    )
    token: str = answer.json()["data"]["access_token"]
    return token


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_cleanly_and_the_next_start_resumes(data_dir: Path, number: signal.Signals) -> None:
    with running(data_dir) as first:
        before = credentials(data_dir)
        assert (data_dir / "sandbox.env").stat().st_mode & 0o777 == 0o600
        assert token_of(first.url, before)
        assert first.end(number) == 0
    assert "Traceback" not in first.said
    assert f"{first.url.replace('127.0.0.1', 'localhost')}/console/invites/hp_invite_" in first.said

    with running(data_dir) as second:
        after = credentials(data_dir)
        assert token_of(second.url, after)
        assert second.end(number) == 0
    assert {**before, "HP_BASE_URL": ""} == {**after, "HP_BASE_URL": ""}


def test_a_killed_process_starts_again_on_its_data(data_dir: Path) -> None:
    with running(data_dir) as killed:
        before = credentials(data_dir)["HP_TENANT_KEY"]
        killed.end(signal.SIGKILL)

    with running(data_dir) as again:
        assert credentials(data_dir)["HP_TENANT_KEY"] == before
        assert token_of(again.url, credentials(data_dir))
        assert again.end(signal.SIGTERM) == 0


def test_a_second_process_on_the_same_data_is_refused_in_one_line(data_dir: Path) -> None:
    with running(data_dir) as first:
        second = command(data_dir, "run")
        assert httpx.get(f"{first.url}/readyz").status_code == 200

    assert second.returncode == 1
    assert "Traceback" not in second.stderr
    assert str(first.process.pid) in second.stderr.splitlines()[-1]


def test_readiness_follows_postgresql_which_is_started_again(data_dir: Path) -> None:
    with running(data_dir) as run, httpx.Client(base_url=run.url, timeout=10) as client:
        assert client.get("/livez").text == "ok"
        assert client.get("/readyz").status_code == 200
        assert "http_requests_total" in client.get("/metrics").text
        (pid_file,) = data_dir.rglob("postmaster.pid")
        os.kill(int(pid_file.read_text().splitlines()[0]), signal.SIGKILL)

        until(lambda: client.get("/readyz").status_code == 503)
        assert client.get("/livez").status_code == 200
        until(lambda: client.get("/readyz").status_code == 200)
        assert token_of(run.url, credentials(data_dir))
        assert run.end(signal.SIGTERM) == 0


def test_what_is_not_http_is_answered_with_the_envelope(data_dir: Path) -> None:
    with running(data_dir) as run:
        for request in (
            b"GET /livez HTTP/1.1\r\nhost: x\r\nx-request-id: a\nb: c\r\nbad header\r\n\r\n",
            b"GET /livez HTTP/1.1\r\nhost: x\r\nx-a: \x00\r\n\r\n",
            b"not http at all\r\n\r\n",
        ):
            answer = answer_to(run.url, request)
            assert answer.startswith(b"HTTP/1.1 400 "), answer
            assert b'"code":"invalid_request"' in answer
        assert httpx.get(f"{run.url}/livez").status_code == 200


def test_slow_and_oversized_senders_do_not_disturb_others(data_dir: Path) -> None:
    with running(data_dir) as run:
        parts = urlsplit(run.url)
        slow = [socket.create_connection((parts.hostname, parts.port), timeout=10) for _ in range(100)]
        try:
            for connection in slow:
                connection.sendall(b"POST /v1/users HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{")
            with socket.create_connection((parts.hostname, parts.port), timeout=10) as large:
                try:
                    large.sendall(b"GET /livez HTTP/1.1\r\nhost: x\r\n" + b"x-a: " + b"a" * 2_000_000 + b"\r\n\r\n")
                    assert b"HTTP/1.1" in large.recv(1000)
                except ConnectionError:
                    pass
            assert httpx.get(f"{run.url}/livez").status_code == 200
            assert token_of(run.url, credentials(data_dir))
        finally:
            for connection in slow:
                connection.close()
        assert run.end(signal.SIGTERM) == 0
    assert "Traceback" not in run.said


def test_nothing_of_a_member_and_no_secret_is_logged(data_dir: Path) -> None:
    with running(data_dir, HP_LOG_LEVEL="debug", HP_LOG_JSON="true") as run:
        known = credentials(data_dir)
        token = token_of(run.url, known)
        member = {"authorization": f"Bearer {token}"}
        path = f"{run.url}/v1/users/{known['HP_USER_ID']}"
        item = {"client_id": "zq-client", "start": "2026-03-14T08:00:00Z", "value": 67.4321, "unit": "bpm"}
        httpx.post(f"{path}/metrics/heart_rate/timeseries", headers=member, json={"data": [item]})
        httpx.patch(
            path, headers=member, json={"name": "Zephyrina Quill", "email": "zq@quill.example", "weight": 71.9876}
        )
        httpx.patch(path, headers=member, json={"name": ["Zephyrina Quill"], "timezone": "Zq/Nowhere"})
        httpx.patch(path, headers=member, content=b'{"name": "Zephyrina Quill')
        httpx.get(f"{path}?secret=zq-in-query", headers=member)
        httpx.get(path, headers={"authorization": f"Bearer {token}x"})
        httpx.get(f"{path}/health-profile", headers=member)
        made = httpx.post(
            f"{run.url}/v1/admin/org/tenant-keys",
            headers={"taih-tenant-key": known["HP_TENANT_KEY"]},
            json={"name": "zq"},
        )
        assert run.end(signal.SIGTERM) == 0

    secret = made.json()["data"]["secret"]
    hidden = [token, secret, known["HP_TENANT_KEY"], known["HP_SIGNING_SECRET"], "Zephyrina", "quill", "67.4321"]
    # The welcome shows the credentials of the sandbox to the terminal; what is logged is JSON here.
    logged = "\n".join(line for line in run.said.splitlines() if line.startswith("{"))
    assert '"update_user"' in logged
    assert not [value for value in [*hidden, "71.9876", "zq-", "Zq/Nowhere"] if value in logged]
