"""Posting to a webhook beyond what every destination does: hostile names, replies and certificates."""

import socket
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from healthpartner.destinations.contract import PROVIDER_MESSAGE_BYTES, Destination, PublishFailed
from healthpartner.destinations.webhook.publisher import Webhook
from healthpartner.destinations.webhook.resolver import AddressRefused, CheckedResolver
from healthpartner.destinations.webhook.settings import WebhookSettings
from tests.support.parts.events import make_envelope
from tests.support.parts.webhook_harness import webhook_context
from tests.support.parts.webhook_receiver import WebhookReceiver, webhook_receiver


class Names(AbstractResolver):
    """Answers each question with the next list of addresses."""

    def __init__(self, port: int, *answers: list[str]) -> None:
        self.asked = 0
        self._port, self._answers = port, answers

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        addresses = self._answers[min(self.asked, len(self._answers) - 1)]
        self.asked += 1
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in addresses
        ]

    async def close(self) -> None:
        return


@pytest.fixture
async def receiver() -> AsyncIterator[WebhookReceiver]:
    async with webhook_receiver() as receiver:
        yield receiver


def opened(receiver: WebhookReceiver, *, url: str | None = None, **context: Any) -> Destination:
    settings = WebhookSettings(url=url or f"https://localhost:{receiver.port}/events")
    return Webhook().open(settings, webhook_context(receiver, **context))


async def failure_of(destination: Destination) -> PublishFailed:
    async with destination:
        with pytest.raises(PublishFailed) as caught:
            await destination.publish(make_envelope())
    return caught.value


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_any_2xx_is_success(receiver: WebhookReceiver, status: int) -> None:
    receiver.status = status
    envelope = make_envelope()

    async with opened(receiver) as destination:
        await destination.publish(envelope)

    (call,) = receiver.calls
    assert call.body == envelope.body.encode()
    assert call.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, "refused"),
        (304, "refused"),
        (400, "refused"),
        (401, "unauthorized"),
        (403, "unauthorized"),
        (404, "not_found"),
        (410, "not_found"),
        (413, "too_large"),
        (429, "throttled"),
        (500, "server"),
        (503, "server"),
    ],
)
async def test_anything_else_is_a_failure(receiver: WebhookReceiver, status: int, kind: str) -> None:
    receiver.status = status

    failure = await failure_of(opened(receiver))

    assert failure.kind == kind
    assert failure.provider_message.startswith(f"HTTP {status}")


async def test_a_redirect_is_not_followed(receiver: WebhookReceiver) -> None:
    receiver.status, receiver.reply_headers = 307, {"location": f"https://localhost:{receiver.port}/elsewhere"}

    failure = await failure_of(opened(receiver))

    assert failure.kind == "refused"
    assert [call.path for call in receiver.calls] == ["/events"]


@pytest.mark.parametrize("status", [200, 500])
async def test_a_reply_of_20_mebibytes_is_not_read(receiver: WebhookReceiver, status: int) -> None:
    receiver.status, receiver.reply = status, b"stranger's words " * (20 * 1024 * 1024 // 17)
    started = time.monotonic()

    async with opened(receiver) as destination:
        if status == 200:
            await destination.publish(make_envelope())
        else:
            with pytest.raises(PublishFailed) as caught:
                await destination.publish(make_envelope())
            assert len(caught.value.provider_message.encode()) <= PROVIDER_MESSAGE_BYTES
            assert "stranger's words" in caught.value.provider_message

    assert time.monotonic() - started < 2.0


async def test_a_compressed_reply_is_not_unpacked(receiver: WebhookReceiver) -> None:
    receiver.status, receiver.reply, receiver.reply_headers = 500, b"\x1f\x8b not gzip", {"content-encoding": "gzip"}

    failure = await failure_of(opened(receiver))

    assert failure.kind == "server"


async def test_a_certificate_of_an_unknown_authority_is_refused(receiver: WebhookReceiver) -> None:
    failure = await failure_of(opened(receiver, webhook_tls=None))

    assert failure.kind == "connection"
    assert "certificate" in failure.provider_message
    assert receiver.calls == []


async def test_a_certificate_for_another_name_is_refused(
    receiver: WebhookReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ThreadedResolver, "resolve", Names(receiver.port, ["127.0.0.1"]).resolve)

    failure = await failure_of(opened(receiver, url=f"https://partner.example:{receiver.port}/"))

    assert failure.kind == "connection"
    assert receiver.calls == []


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["1.1.1.1", "10.0.0.1"], ["169.254.169.254"], ["::1"]])
async def test_a_name_with_any_address_that_is_not_public_is_refused(
    receiver: WebhookReceiver, monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    monkeypatch.setattr(ThreadedResolver, "resolve", Names(receiver.port, addresses).resolve)
    url = f"https://partner.example:{receiver.port}/"

    failure = await failure_of(opened(receiver, url=url, environment="production"))

    assert failure.kind == "invalid"
    assert not any(address in failure.provider_message for address in addresses)
    assert receiver.calls == []


async def test_a_name_that_changes_its_address_is_checked_on_each_connection() -> None:
    names = Names(443, ["1.1.1.1"], ["127.0.0.1"])
    resolver = CheckedResolver(private_allowed=False, resolver=names)

    (first,) = await resolver.resolve("partner.example", 443)
    with pytest.raises(AddressRefused):
        await resolver.resolve("partner.example", 443)

    assert first["host"] == "1.1.1.1"


async def test_a_connection_asks_once_for_the_address_and_keeps_the_name(
    receiver: WebhookReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = Names(receiver.port, ["127.0.0.1"], ["203.0.113.1"])
    monkeypatch.setattr(ThreadedResolver, "resolve", names.resolve)

    async with opened(receiver) as destination:
        await destination.publish(make_envelope())
        await destination.publish(make_envelope())

    assert names.asked == 1
    assert {call.headers["Host"] for call in receiver.calls} == {f"localhost:{receiver.port}"}


async def test_a_name_that_does_not_resolve_is_a_failed_connection(
    receiver: WebhookReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unknown(*_: object) -> list[ResolveResult]:
        raise OSError("unknown name")

    monkeypatch.setattr(ThreadedResolver, "resolve", unknown)

    failure = await failure_of(opened(receiver, url="https://partner.example/"))

    assert failure.kind == "connection"
    assert "does not resolve" in failure.provider_message


async def test_a_literal_address_is_checked_though_it_is_never_resolved(receiver: WebhookReceiver) -> None:
    failure = await failure_of(opened(receiver, url=f"https://127.0.0.1:{receiver.port}/", environment="production"))

    assert failure.kind == "invalid"
    assert receiver.calls == []


async def test_a_failure_never_quotes_the_url(receiver: WebhookReceiver) -> None:
    path = "token-in-the-path"

    failure = await failure_of(opened(receiver, url=f"https://localhost:{receiver.port}/{path}", webhook_tls=None))

    assert path not in failure.provider_message + repr(failure)


async def test_plain_http_reaches_a_loopback_receiver_in_a_sandbox_that_allows_it() -> None:
    async with webhook_receiver(plain_http=True) as receiver:
        url = f"http://127.0.0.1:{receiver.port}/"
        async with opened(receiver, url=url) as destination:
            await destination.publish(make_envelope())
        failure = await failure_of(opened(receiver, url=url, allow_private_webhooks=False))

    assert len(receiver.calls) == 1
    assert failure.kind == "invalid"


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "localhost."])
async def test_this_machine_under_an_odd_name_is_refused_in_production(receiver: WebhookReceiver, host: str) -> None:
    failure = await failure_of(opened(receiver, url=f"https://{host}:{receiver.port}/", environment="production"))

    assert failure.kind == "invalid"
    assert receiver.calls == []
