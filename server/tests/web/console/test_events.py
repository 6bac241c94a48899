"""The event log in the console: filters, attempts, data on request, redelivering and replaying."""

from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import uuid4

import pytest

from healthpartner.core.encryption import Keyring
from healthpartner.domains.tenants.console_members.schemas import ConsoleScope
from healthpartner.domains.tenants.signing import service as signing
from tests.support.api import Member, Partner
from tests.support.console import Person, text_of
from tests.support.parts.webhook_receiver import WebhookReceiver, webhook_receiver

EVENTS = "/console/events"


@pytest.fixture
async def receiver() -> AsyncIterator[WebhookReceiver]:
    async with webhook_receiver(plain_http=True) as receiver:
        yield receiver


@pytest.fixture
async def event_id(acme: Partner, alice: Member, keyring: Keyring) -> str:
    """Alice links her phone; its data names the provider."""
    async with acme.tenant.uow() as uow:
        await signing.create_first(uow, keyring)
        await uow.commit()
    linked = await alice.post("/devices/actions/register", json={"platform": "apple_health_kit"})
    assert linked.status_code < 300, linked.text
    (event,) = (await acme.get("/v1/admin/org/events")).json()["data"]
    found: str = event["event_id"]
    return found


async def register(acme: Partner, receiver: WebhookReceiver) -> None:
    body = {"type": "webhook", "webhook": {"url": f"http://127.0.0.1:{receiver.port}/events"}}
    made = await acme.post("/v1/admin/org/queues/device_data", json=body)
    assert made.status_code == 201, made.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, True),
        ({"stream": "device_data"}, True),
        ({"stream": "lab_results"}, False),
        ({"stream": "nothing"}, True),
        ({"type": "device.connection.updated"}, True),
        ({"type": "lab.result.ready"}, False),
        ({"status": "waiting"}, True),
        ({"status": "failed"}, False),
        ({"start": "2026-03-14T00:00"}, True),
        ({"end": "2026-03-14T00:00"}, False),
    ],
)
async def test_events_are_filtered(admin: Person, event_id: str, query: dict[str, str], found: bool) -> None:  # noqa: FBT001 - a case
    assert (event_id in (await admin.get(EVENTS, params=query)).text) is found


async def test_events_of_a_member_are_found(admin: Person, event_id: str, alice: Member, bob: Member) -> None:
    assert event_id in (await admin.get(EVENTS, params={"user_id": str(alice.user_id)})).text
    assert event_id not in (await admin.get(EVENTS, params={"user_id": str(bob.user_id)})).text


@pytest.mark.parametrize("query", [{"user_id": "alice"}, {"start": "yesterday"}, {"cursor": "x"}])
async def test_a_filter_that_cannot_be_read_is_refused(admin: Person, query: dict[str, str]) -> None:
    assert (await admin.get(EVENTS, params=query)).status_code == 422


async def test_data_is_shown_to_an_admin_on_request_and_that_is_on_record(
    admin: Person, acme: Partner, event_id: str, alice: Member
) -> None:
    assert "apple_health_kit" not in (await admin.get(f"{EVENTS}/{event_id}")).text
    assert "apple_health_kit" in (await admin.get(f"{EVENTS}/{event_id}?data=shown")).text
    (look,) = (await acme.get("/v1/admin/org/audit-log?action=event.data_viewed")).json()["data"]
    assert (look["subject_id"], look["user_id"]) == (event_id, str(alice.user_id))


async def test_no_other_scope_sees_the_data(join: Callable[[ConsoleScope], Awaitable[Person]], event_id: str) -> None:
    developer = await join("developer")
    page = await developer.get(f"{EVENTS}/{event_id}?data=shown")
    assert page.status_code == 200
    assert "apple_health_kit" not in page.text


async def test_an_event_is_redelivered(admin: Person, acme: Partner, event_id: str, receiver: WebhookReceiver) -> None:
    refused = await admin.post(f"{EVENTS}/{event_id}/redeliver")
    assert refused.status_code == 404
    await register(acme, receiver)

    answer = await admin.post(f"{EVENTS}/{event_id}/redeliver")

    assert answer.headers["location"] == f"{EVENTS}/{event_id}?notice=event_redelivered"
    (entry,) = (await acme.get("/v1/admin/org/audit-log?action=event.redelivered")).json()["data"]
    assert entry["actor_type"] == "console_member"


async def test_a_time_of_a_stream_is_replayed(
    admin: Person, acme: Partner, event_id: str, receiver: WebhookReceiver
) -> None:
    await register(acme, receiver)
    fields = {"stream": "device_data", "start": "2026-03-14T08:00", "end": "2026-03-14T10:00"}

    answer = await admin.post(f"{EVENTS}/replay", fields)

    assert answer.status_code == 200, answer.text
    assert "on the way again" in text_of(answer)
    assert event_id


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"stream": "nothing", "start": "2026-03-14T08:00"},
        {"stream": "device_data", "start": "x"},
        {"stream": "device_data", "start": "2026-03-14T08:00", "end": "2026-03-14T07:00"},
    ],
)
async def test_a_replay_that_cannot_be_read_is_refused(admin: Person, fields: dict[str, str]) -> None:
    assert (await admin.post(f"{EVENTS}/replay", fields)).status_code == 422


async def test_another_organizations_event_is_not_there(stranger: Person, event_id: str, admin: Person) -> None:
    for path in (event_id, str(uuid4())):
        assert (await stranger.get(f"{EVENTS}/{path}")).status_code == 404
        assert (await stranger.post(f"{EVENTS}/{path}/redeliver")).status_code == 404
    assert event_id not in (await stranger.get(EVENTS)).text
    assert (await admin.get(f"{EVENTS}/{event_id}")).status_code == 200
