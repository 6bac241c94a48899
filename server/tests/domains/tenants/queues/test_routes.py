"""Operations on event streams and their destinations."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from healthpartner.core.encryption import Keyring
from healthpartner.domains.tenants.signing import service as signing
from healthpartner.events.event import STREAMS
from tests.support.api import Member, Partner
from tests.support.parts.webhook_receiver import WebhookReceiver, webhook_receiver
from tests.support.receiver import verify

QUEUES = "/v1/admin/org/queues"


@pytest.fixture
async def receiver() -> AsyncIterator[WebhookReceiver]:
    async with webhook_receiver(plain_http=True) as receiver:
        yield receiver


@pytest.fixture
async def secret(acme: Partner, keyring: Keyring) -> str:
    """Acme's signing secret, as it was given to Acme."""
    async with acme.tenant.uow() as uow:
        made = await signing.create_first(uow, keyring)
        await uow.commit()
    return made


def webhook(receiver: WebhookReceiver, path: str = "/events") -> dict[str, Any]:
    return {"type": "webhook", "webhook": {"url": f"http://127.0.0.1:{receiver.port}{path}"}}


async def test_queues_need_a_tenant_key(alice: Member) -> None:
    for headers in ({}, {"authorization": f"Bearer {alice.token}"}):
        for method, path in (
            ("GET", ""),
            ("GET", "/account"),
            ("POST", "/account"),
            ("PUT", "/account"),
            ("DELETE", "/account"),
            ("POST", "/account/test"),
            ("POST", "/account/pause"),
            ("POST", "/account/resume"),
        ):
            assert (await alice.client.request(method, QUEUES + path, headers=headers)).status_code == 401


async def test_every_stream_is_listed_without_a_destination_at_first(acme: Partner) -> None:
    listed = await acme.get(QUEUES)

    assert listed.status_code == 200
    rows = listed.json()["data"]
    assert [row["queue_name"] for row in rows] == list(STREAMS)
    assert {row["type"] for row in rows} == {None}
    assert rows[0]["delivery"] == {
        "pending": 0,
        "failed": 0,
        "oldest_pending_seconds": None,
        "last_success_at": None,
        "state": None,
        "failures": 0,
        "failing_since": None,
        "paused_at": None,
    }


@pytest.mark.usefixtures("secret")
async def test_a_destination_is_registered_read_replaced_and_removed(acme: Partner, receiver: WebhookReceiver) -> None:
    registered = await acme.post(f"{QUEUES}/account", json=webhook(receiver))
    assert registered.status_code == 201, registered.text
    queue = registered.json()["data"]
    assert (queue["queue_name"], queue["type"]) == ("account", "webhook")
    assert queue["webhook"]["url"] == f"http://127.0.0.1:{receiver.port}/events"
    assert queue["created_at"] == queue["updated_at"] == "2026-03-14T09:00:00Z"
    assert (await acme.get(f"{QUEUES}/account")).json()["data"] == queue

    replaced = await acme.put(f"{QUEUES}/account", json=webhook(receiver, "/other"))
    assert replaced.status_code == 200
    assert replaced.json()["data"]["webhook"]["url"].endswith("/other")
    assert [call.path for call in receiver.calls] == ["/events", "/other"]

    assert (await acme.delete(f"{QUEUES}/account")).status_code == 204
    gone = await acme.get(f"{QUEUES}/account")
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "queue_not_configured")


async def test_registering_sends_a_signed_test_event_first(
    acme: Partner, receiver: WebhookReceiver, secret: str
) -> None:
    await acme.post(f"{QUEUES}/lab_results", json=webhook(receiver))
    tested = await acme.post(f"{QUEUES}/lab_results/test")

    assert tested.status_code == 200
    first, second = [json.loads(call.body) for call in receiver.calls]
    assert tested.json()["data"]["event_id"] == second["event_id"]
    assert {event["data"]["test"] for event in (first, second)} == {True}
    assert {event["org_id"] for event in (first, second)} == {str(acme.org_id)}
    headers = {name.lower(): value for name, value in receiver.calls[0].headers.items()}
    signed = {
        "signed_at": f"{headers['webhook-id']}.{headers['webhook-timestamp']}",
        "signature": headers["webhook-signature"],
    }
    body = receiver.calls[0].body.decode()
    assert verify(json.dumps(signed | {"event_id": first["event_id"], "body": body}), [secret]) == first


@pytest.mark.usefixtures("secret")
async def test_nothing_is_stored_when_the_test_event_fails(acme: Partner, receiver: WebhookReceiver) -> None:
    refused = await acme.post(f"{QUEUES}/account", json=webhook(receiver, "/missing"))

    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_request")
    assert "no such endpoint" in refused.json()["error"]["message"]
    assert (await acme.get(f"{QUEUES}/account")).status_code == 404

    await acme.post(f"{QUEUES}/account", json=webhook(receiver))
    assert (await acme.put(f"{QUEUES}/account", json=webhook(receiver, "/missing"))).status_code == 400
    assert (await acme.get(f"{QUEUES}/account")).json()["data"]["webhook"]["url"].endswith("/events")


@pytest.mark.usefixtures("secret")
async def test_a_stream_has_one_destination(acme: Partner, receiver: WebhookReceiver) -> None:
    await acme.post(f"{QUEUES}/account", json=webhook(receiver))

    again = await acme.post(f"{QUEUES}/account", json=webhook(receiver))

    assert (again.status_code, again.json()["error"]["code"]) == (409, "queue_already_configured")


@pytest.mark.usefixtures("secret")
async def test_another_partners_destination_is_not_there(
    acme: Partner, globex: Partner, receiver: WebhookReceiver
) -> None:
    await acme.post(f"{QUEUES}/account", json=webhook(receiver))

    for answer in (
        await globex.get(f"{QUEUES}/account"),
        await globex.put(f"{QUEUES}/account", json=webhook(receiver)),
        await globex.delete(f"{QUEUES}/account"),
        await globex.post(f"{QUEUES}/account/test"),
        await globex.post(f"{QUEUES}/account/pause"),
        await globex.post(f"{QUEUES}/account/resume"),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "queue_not_configured")
    assert len(receiver.calls) == 1


async def test_an_unknown_stream_is_not_there(acme: Partner) -> None:
    for method, path in (("GET", "/payments"), ("DELETE", "/payments"), ("POST", "/payments/test")):
        answer = await acme.request(method, QUEUES + path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    assert (await acme.post(f"{QUEUES}/payments", json={"type": "webhook"})).status_code == 404


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, ("type", "required")),
        ({"type": "pigeon"}, ("type", "unknown_value")),
        ({"type": 7}, ("type", "unknown_value")),
        ({"type": "aws_sqs"}, ("aws_sqs", "required")),
        ({"type": "aws_sqs", "aws_sqs": []}, ("aws_sqs", "required")),
        ({"type": "webhook", "webhook": {}}, ("webhook.url", "required")),
        ({"type": "webhook", "webhook": {"url": "http://example.org"}}, ("webhook.url", "invalid_value")),
        (
            {"type": "aws_sqs", "aws_sqs": {"queue_arn": "arn:aws:sqs:eu-west-1:1:q", "region": "eu-west-1"}},
            ("aws_sqs.queue_arn", "invalid_value"),
        ),
    ],
)
async def test_settings_are_checked_before_anything_is_sent(
    acme: Partner, body: dict[str, Any], fault: tuple[str, str]
) -> None:
    refused = await acme.post(f"{QUEUES}/account", json=body)

    assert refused.status_code == 422
    assert fault in {(d["field"], d["code"]) for d in refused.json()["error"]["details"]}


@pytest.mark.usefixtures("secret")
async def test_changes_of_destinations_are_on_record(acme: Partner, receiver: WebhookReceiver) -> None:
    await acme.post(f"{QUEUES}/account", json=webhook(receiver))
    await acme.put(f"{QUEUES}/account", json=webhook(receiver))
    await acme.delete(f"{QUEUES}/account")

    log = (await acme.get("/v1/admin/org/audit-log")).json()["data"]
    actions = [entry["action"] for entry in log if entry["subject_type"] == "queue"]
    assert sorted(actions) == ["queue.deleted", "queue.registered", "queue.replaced"]
