"""Registering a queue of each kind through the API, when something is wrong with it: a 400 in the provider's own words,
nothing stored, and no credential told.
"""

import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import pytest

from healthpartner.core.clock import SettableClock
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from healthpartner.destinations.registry import KINDS
from healthpartner.domains.tenants.signing import service as signing
from tests.support.api import Partner, make_platform, open_api
from tests.support.parts import azurite, azurite_harness, ministack, moto_server
from tests.support.parts.kafka_gate import gate
from tests.support.parts.nats_harness import private_context
from tests.support.parts.nats_server import nats_server
from tests.support.parts.ports import free_port
from tests.support.parts.pubsub_harness import PROJECT
from tests.support.parts.pubsub_peer import make_key_file, pubsub_peer
from tests.support.parts.session import Parts
from tests.support.parts.sqs_harness import sqs_client
from tests.support.parts.webhook_receiver import webhook_receiver

QUEUE = "/v1/admin/org/queues/lab_results"
MISSING = "nobody-made-this"

# What is wrong: `missing` and `unreachable` for each kind, and what its provider knows of identities and permissions.
Wrong = str
Setup = tuple[dict[str, Any], dict[str, Any]]
"""A block of settings, and what the deployment's context differs in."""


async def aws_sqs(parts: Parts, stack: AsyncExitStack, wrong: Wrong) -> Setup:
    name, key = MISSING, {"aws_access_key_id": "hidden-key", "aws_secret_access_key": "hidden-secret"}
    port = {"missing": lambda: parts.ministack_port, "unreachable": free_port}.get(wrong, lambda: parts.moto_port)()
    account = ministack.ACCOUNT
    if wrong == "credentials":
        name, account = f"partner-{uuid4().hex}", moto_server.ACCOUNT
        async with sqs_client(port) as client:
            await client.create_queue(QueueName=name)
        stack.enter_context(moto_server.credentials_checked(port))
    arn = f"arn:aws:sqs:us-east-1:{account}:{name}"
    return {"queue_arn": arn, "region": "us-east-1"}, {"aws_endpoint_url": f"http://127.0.0.1:{port}", **key}


async def azure_storage_queue(parts: Parts, stack: AsyncExitStack, wrong: Wrong) -> Setup:
    port, name, changes = free_port() if wrong == "unreachable" else parts.azurite_port, MISSING, dict[str, Any]()
    if wrong in {"credentials", "permission"}:
        name = f"partner-{uuid4().hex}"
        await stack.enter_async_context(azurite_harness.owner(port, name))
        another = base64.b64encode(b"another").decode()
        changes = {"key": another} if wrong == "credentials" else {"permissions": "r"}
    token = azurite_harness.signature_for(name, **changes)
    block = {"account_name": azurite.ACCOUNT, "queue_name": name, "sas_token": token}
    return block, {"azure_storage_endpoint_url": f"http://127.0.0.1:{port}"}


async def azure_event_hubs(parts: Parts, stack: AsyncExitStack, wrong: Wrong) -> Setup:  # noqa: ARG001 - all alike
    pytest.importorskip("proton", reason="Qpid Proton is not installed: it takes a C compiler")
    from tests.support.parts.event_hubs import frames, harness, peer  # noqa: PLC0415 - see above

    hubs = stack.enter_context(peer.event_hubs())
    port = await stack.enter_async_context(frames.padding(hubs.port))
    hub = MISSING if wrong == "missing" else hubs.make_hub()
    policy = "reader" if wrong == "permission" else "publisher"
    token = harness.token_for(hub, policy, key="another" if wrong == "credentials" else None)
    port = free_port() if wrong == "unreachable" else port
    block = {"namespace": peer.HOST, "event_hub_name": hub, "sas_token": token}
    return block, {"azure_event_hubs_endpoint_url": f"sb://127.0.0.1:{port}"}


async def google_pubsub(parts: Parts, stack: AsyncExitStack, wrong: Wrong) -> Setup:  # noqa: ARG001 - all alike
    peer = await stack.enter_async_context(pubsub_peer())
    topic = MISSING if wrong == "missing" else peer.make_topic()
    if wrong == "permission":
        peer.closed.add(topic)
    port = free_port() if wrong == "unreachable" else peer.port
    key_file = make_key_file() if wrong == "credentials" else peer.key_file
    block = {"project_id": PROJECT, "topic": topic, "service_account_key": key_file}
    return block, {"google_pubsub_endpoint": f"127.0.0.1:{port}"}


async def kafka(parts: Parts, stack: AsyncExitStack, wrong: Wrong) -> Setup:
    front = await stack.enter_async_context(gate(parts.kafka.port, users={"partner": "right"}))
    port, topic = free_port() if wrong == "unreachable" else front.port, MISSING
    if wrong.startswith("permission"):
        topic = parts.kafka.make_topic()
        is_seen = wrong == "permission to write"
        stack.enter_context(parts.kafka.denying_write() if is_seen else parts.kafka.denying_describe(topic))
    password = "a-hidden-one" if wrong == "credentials" else "right"
    sasl = {"security_protocol": "sasl_plaintext", "sasl_mechanism": "PLAIN", "username": "partner"}
    return {"bootstrap_servers": [f"127.0.0.1:{port}"], "topic": topic, "password": password, **sasl}, {}


async def nats_jetstream(parts: Parts, stack: AsyncExitStack, wrong: Wrong) -> Setup:  # noqa: ARG001 - all alike
    user = '{user: partner, password: right, permissions: {publish: ["open.>", "$JS.>"], subscribe: "_INBOX.>"}}'
    port = stack.enter_context(nats_server("authorization { users = [" + user + "] }"))
    port = free_port() if wrong == "unreachable" else port
    subject = "closed.events" if wrong == "permission" else "open.events"
    credentials = {"username": "partner", "password": "a-hidden-one" if wrong == "credentials" else "right"}
    return {"servers": [f"nats://127.0.0.1:{port}"], "subject": subject, "credentials": credentials}, {}


async def rabbitmq(parts: Parts, stack: AsyncExitStack, wrong: Wrong) -> Setup:  # noqa: ARG001 - all alike
    port = free_port() if wrong == "unreachable" else parts.rabbitmq.port
    user = {"username": "partner", "password": "right"} if wrong == "permission" else {"username": "guest"}
    password = "a-hidden-one" if wrong == "credentials" else "guest"
    return {"host": "127.0.0.1", "port": port, "tls": False, "password": password, "exchange": MISSING, **user}, {}


async def webhook(parts: Parts, stack: AsyncExitStack, wrong: Wrong) -> Setup:  # noqa: ARG001 - all alike
    receiver = await stack.enter_async_context(webhook_receiver(plain_http=True))
    receiver.status, receiver.reply = 403, b"we do not know you"
    port = free_port() if wrong == "unreachable" else receiver.port
    return {"url": f"http://127.0.0.1:{port}/{'missing' if wrong == 'missing' else 'events'}"}, {}


SETUPS: dict[str, Callable[[Parts, AsyncExitStack, Wrong], Awaitable[Setup]]] = {
    "aws_sqs": aws_sqs,
    "azure_event_hubs": azure_event_hubs,
    "azure_storage_queue": azure_storage_queue,
    "google_pubsub": google_pubsub,
    "kafka": kafka,
    "nats_jetstream": nats_jetstream,
    "rabbitmq": rabbitmq,
    "webhook": webhook,
}
WORDS = {
    ("aws_sqs", "missing"): "NonExistentQueue",
    ("aws_sqs", "credentials"): "403",
    ("aws_sqs", "unreachable"): "no connection to AWS",
    ("azure_event_hubs", "missing"): "404: The messaging entity could not be found",
    ("azure_event_hubs", "credentials"): "401: InvalidSignature",
    ("azure_event_hubs", "permission"): "'Send' claim(s) are required",
    ("azure_event_hubs", "unreachable"): "no connection to the server",
    ("azure_storage_queue", "missing"): "QueueNotFound",
    ("azure_storage_queue", "credentials"): "AuthenticationFailed",
    ("azure_storage_queue", "permission"): "AuthorizationPermissionMismatch",
    ("azure_storage_queue", "unreachable"): "no connection to the server",
    ("google_pubsub", "missing"): "NOT_FOUND: Resource not found",
    ("google_pubsub", "credentials"): "UNAUTHENTICATED: Request had invalid authentication credentials",
    ("google_pubsub", "permission"): "PERMISSION_DENIED: User not authorized",
    ("google_pubsub", "unreachable"): "UNAVAILABLE",
    ("kafka", "missing"): "UNKNOWN_TOPIC_OR_PARTITION",
    ("kafka", "credentials"): "Invalid username or password",
    ("kafka", "permission"): "29 TOPIC_AUTHORIZATION_FAILED",
    ("kafka", "permission to write"): "29 TOPIC_AUTHORIZATION_FAILED",
    ("kafka", "unreachable"): "no connection to the server",
    ("nats_jetstream", "missing"): "no responders",
    ("nats_jetstream", "credentials"): "Authorization Violation",
    ("nats_jetstream", "permission"): "permissions violation for publish",
    ("nats_jetstream", "unreachable"): "no connection to the server",
    ("rabbitmq", "missing"): f"no exchange '{MISSING}'",
    ("rabbitmq", "credentials"): "ACCESS_REFUSED - Login was refused",
    ("rabbitmq", "permission"): "ACCESS_REFUSED - access to exchange",
    ("rabbitmq", "unreachable"): "no connection to the server",
    ("webhook", "missing"): "HTTP 404: no such endpoint",
    ("webhook", "permission"): "HTTP 403: we do not know you",
    ("webhook", "unreachable"): "no connection to the endpoint",
}


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
def partner_at(
    database: Database,
    clock: SettableClock,
    keyring: Keyring,
    stack: AsyncExitStack,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[dict[str, Any]], Awaitable[Partner]]:
    """A partner of a deployment with this context, with a signing secret."""

    async def make(changes: dict[str, Any]) -> Partner:
        context = private_context(clock=clock, **changes)
        files = tmp_path_factory.mktemp("files")
        api = open_api(await make_platform(database, clock, keyring, files, destinations=context))
        await stack.enter_async_context(api.client)
        partner = await api.partner("Acme")
        async with partner.tenant.uow() as uow:
            await signing.create_first(uow, keyring)
            await uow.commit()
        return partner

    return make


def secrets_of(kind: str, block: dict[str, Any]) -> list[str]:
    hidden = [block[name] for name in KINDS[kind].write_only if name in block]
    texts = [text for value in hidden for text in (value.values() if isinstance(value, dict) else [value])]
    return [text for text in texts if text.startswith(("a-hidden", "-----BEGIN", "SharedAccess", "se=", "sv="))]


@pytest.mark.parametrize(("kind", "wrong"), sorted(WORDS))
async def test_what_is_wrong_is_a_400_in_the_providers_words_and_nothing_is_stored(
    parts: Parts,
    stack: AsyncExitStack,
    partner_at: Callable[[dict[str, Any]], Awaitable[Partner]],
    kind: str,
    wrong: Wrong,
) -> None:
    block, context = await SETUPS[kind](parts, stack, wrong)
    partner = await partner_at(context)

    answered = await partner.post(QUEUE, json={"type": kind, kind: block})

    assert answered.status_code == 400, answered.text
    assert answered.json()["error"]["code"] == "invalid_request"
    assert WORDS[kind, wrong] in answered.json()["error"]["message"]
    assert not any(secret in answered.text for secret in [*secrets_of(kind, block), "hidden-key", "hidden-secret"])
    assert (await partner.get(QUEUE)).status_code == 404


def test_each_kind_is_tried_with_a_missing_queue_and_an_unreachable_host() -> None:
    for wrong in ("missing", "unreachable"):
        assert {kind for kind, each in WORDS if each == wrong} == set(KINDS)
    refused = {kind for kind, wrong in WORDS if wrong in {"credentials", "permission"}}
    assert refused == set(KINDS)
