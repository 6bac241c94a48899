"""Reaching hosts that partners name: every address is checked, each time."""

import asyncio
import socket
from typing import Any

import pytest

from healthpartner.destinations.contract import FailureKind, PublishFailed
from healthpartner.destinations.hosts import Server, parse_server, reach

SERVER = Server("broker.example", 9092)


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    async def answer(*_: object, **__: object) -> list[Any]:
        if not addresses:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 9092)) for address in addresses]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", answer)


async def name_address(_: Server, address: str) -> str:
    return address


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("Broker.Example", Server("broker.example", 9)),
        ("broker.example:9092", SERVER),
        ("[2606:4700::1111]:1", Server("2606:4700::1111", 1)),
        ("2606:4700::1111", None),
        ("broker.example:", None),
        ("broker.example:123456", None),
        ("a b", None),
        ("", None),
    ],
)
def test_a_server_is_a_host_with_or_without_a_port(text: str, server: Server | None) -> None:
    assert parse_server(text, 9) == server


async def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "1.1.1.1", "1.0.0.1")

    assert await reach([SERVER], name_address, private_allowed=False) == "1.1.1.1"


@pytest.mark.parametrize("hidden", ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "fe80::1%eth0"])
async def test_a_name_with_any_address_that_is_not_public_is_refused(
    monkeypatch: pytest.MonkeyPatch, hidden: str
) -> None:
    resolving(monkeypatch, "1.1.1.1", hidden)

    with pytest.raises(PublishFailed) as caught:
        await reach([SERVER], name_address, private_allowed=False)

    assert caught.value.kind == "invalid"
    assert hidden not in caught.value.provider_message


async def test_a_name_that_does_not_resolve_is_a_failed_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch)

    with pytest.raises(PublishFailed) as caught:
        await reach([SERVER, SERVER], name_address, private_allowed=False)

    assert caught.value.kind == "connection"
    assert "does not resolve" in caught.value.provider_message


@pytest.mark.parametrize(("kind", "tried"), [("connection", 4), ("unauthorized", 1)])
async def test_only_a_failed_connection_leads_on_to_the_next_address(
    monkeypatch: pytest.MonkeyPatch, kind: FailureKind, tried: int
) -> None:
    resolving(monkeypatch, "1.1.1.1", "1.0.0.1")
    asked: list[str] = []

    async def fail(_: Server, address: str) -> str:
        asked.append(address)
        raise PublishFailed(kind, "no")

    with pytest.raises(PublishFailed) as caught:
        await reach([SERVER, SERVER], fail, private_allowed=False)

    assert caught.value.kind == kind
    assert len(asked) == tried
