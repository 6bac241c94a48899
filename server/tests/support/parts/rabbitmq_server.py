"""RabbitMQ as Debian packages it: the real broker with its own name daemon, on free ports of this machine only."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
import trustme

from tests.support.parts.ports import free_port, wait_until_open

PROGRAM = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
MAXIMUM_MESSAGE_BYTES = 1_000_000

_CONFIGURATION = """
loopback_users = none
max_message_size = {maximum}
listeners.tcp.1 = 127.0.0.1:{port}
listeners.ssl.1 = 127.0.0.1:{tls_port}
ssl_options.certfile = {folder}/cert.pem
ssl_options.keyfile = {folder}/key.pem
load_definitions = {folder}/definitions.json
"""
_EVERYTHING = {"configure": ".*", "write": ".*", "read": ".*"}
_DEFINITIONS = {
    "users": [
        {"name": "guest", "password": "guest", "tags": "administrator"},
        {"name": "partner", "password": "right", "tags": ""},
    ],
    "vhosts": [{"name": "/"}, {"name": "closed"}],
    "permissions": [
        {"user": "guest", "vhost": "/", **_EVERYTHING},
        {"user": "partner", "vhost": "/", "configure": "^$", "write": "^allowed-.*$", "read": "^$"},
    ],
}


class Broker(NamedTuple):
    """`authority`: the PEM of who issued the certificate for `localhost`, which the TLS port shows."""

    port: int
    tls_port: int
    authority: str


@contextmanager
def rabbitmq_server() -> Iterator[Broker]:
    """guest/guest may do anything on `/`; partner/right may write to what is called `allowed-…`. A message may have
    `MAXIMUM_MESSAGE_BYTES`. The start takes some seconds.
    """
    if not PROGRAM.exists():
        pytest.skip("rabbitmq-server is not installed")
    names_port = free_port()
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        broker = _configure(Path(folder))
        names = _name_daemon(names_port)
        process = subprocess.Popen(
            [str(PROGRAM)],
            env=_environment(folder, names_port),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            wait_until_open(broker.port, process)
            wait_until_open(broker.tls_port, process)
            yield broker
        finally:
            with suppress(ProcessLookupError):
                # Its group: the shell script in front does not pass signals on. Nothing in it is worth a slow end.
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            names.terminate()
            names.wait()


def _configure(folder: Path) -> Broker:
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    broker = Broker(free_port(), free_port(), authority.cert_pem.bytes().decode())
    configuration = _CONFIGURATION.format(
        maximum=MAXIMUM_MESSAGE_BYTES, port=broker.port, tls_port=broker.tls_port, folder=folder
    )
    (folder / "rabbitmq.conf").write_text(configuration)
    (folder / "definitions.json").write_text(json.dumps(_DEFINITIONS))
    (folder / "plugins").write_text("[].")
    return broker


def _environment(folder: str, names_port: int) -> dict[str, str]:
    return {
        **os.environ,
        "HOME": folder,
        "RABBITMQ_NODENAME": f"t{names_port}@localhost",
        "RABBITMQ_DIST_PORT": str(free_port()),
        "ERL_EPMD_PORT": str(names_port),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_MNESIA_BASE": f"{folder}/mnesia",
        "RABBITMQ_LOG_BASE": f"{folder}/log",
        "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/plugins",
        "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq",
        # Schedulers that spin for work would take the cores from the tests.
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
            "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none +S 2:2"
        ),
    }


def _name_daemon(port: int) -> "subprocess.Popen[bytes]":
    """Started here and not by the broker, which would leave it behind."""
    process = subprocess.Popen(
        ["epmd", "-port", str(port), "-address", "127.0.0.1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    wait_until_open(port, process)
    return process
