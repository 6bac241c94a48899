"""Webhooks through a TLS receiver of our own, verified with the published Standard Webhooks library."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

from standardwebhooks.webhooks import Webhook

from healthpartner.destinations.contract import DestinationContext
from tests.support.parts.events import CURRENT_SECRET
from tests.support.parts.fault_proxy import FaultProxy, fault_proxy
from tests.support.parts.harness import Harness, Stored
from tests.support.parts.session import Parts
from tests.support.parts.webhook_receiver import Call, WebhookReceiver, webhook_receiver


def webhook_context(receiver: WebhookReceiver, **changes: Any) -> DestinationContext:
    given: dict[str, Any] = {
        "environment": "sandbox",
        "publishing_principal_arn": "",
        "allow_private_webhooks": True,
        "webhook_tls": receiver.trusting_tls,
    }
    return DestinationContext(**{**given, **changes})


class WebhookHarness(Harness):
    kind: ClassVar[str] = "webhook"

    def __init__(self, proxy: FaultProxy, receiver: WebhookReceiver) -> None:
        super().__init__(proxy)
        self._receiver = receiver

    def settings(self, port: int, *, missing: bool = False) -> dict[str, Any]:
        return {"url": f"https://localhost:{port}/{'missing' if missing else 'events'}"}

    def context(self, port: int, timeout_seconds: float) -> DestinationContext:  # noqa: ARG002 - the port is the settings'
        return webhook_context(self._receiver, timeout_seconds=timeout_seconds)

    async def stored(self) -> list[Stored]:
        return [_verified(call) for call in self._receiver.calls]


@asynccontextmanager
async def webhook_harness(parts: Parts) -> AsyncIterator[Harness]:  # noqa: ARG001 - each kind is started alike
    async with webhook_receiver() as receiver, fault_proxy(receiver.port) as proxy:
        yield WebhookHarness(proxy, receiver)


def _verified(call: Call) -> Stored:
    headers = {name.lower(): value for name, value in call.headers.items()}
    event = Webhook(CURRENT_SECRET).verify(call.body, headers)
    return Stored(event, call.body.decode(), headers["webhook-id"], headers["webhook-signature"])
