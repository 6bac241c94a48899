"""Operations on the event log, on a database of their own, since a worker serves every tenant of one."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from healthpartner.core.clock import SettableClock
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from healthpartner.destinations.contract import PublishFailed
from healthpartner.domains.tenants.event_log import store
from healthpartner.domains.tenants.queues import service as queues
from healthpartner.events import outbox
from tests.support.api import Api, Partner, make_platform, open_api
from tests.support.delivery import NudgeCreated, Post, StepsCounted, make_post, record_steps
from tests.support.sinks import Mailbox

EVENTS = "/v1/admin/org/events"
REFUSAL = PublishFailed("refused", "no room")


@pytest.fixture
async def api(
    quiet_database: Database, clock: SettableClock, keyring: Keyring, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Api]:
    opened = open_api(await make_platform(quiet_database, clock, keyring, tmp_path_factory.mktemp("files")))
    async with opened.client:
        yield opened


@pytest.fixture
def post(quiet_database: Database, clock: SettableClock, keyring: Keyring) -> Post:
    return make_post(quiet_database, clock, keyring)


@dataclass
class Sender:
    """Acme with a mailbox for one stream."""

    partner: Partner
    mailbox: Mailbox


@pytest.fixture
async def sender(post: Post, acme: Partner) -> Sender:
    await post.create_secret(acme.tenant)
    return Sender(acme, await post.register(acme.tenant))


async def listed(partner: Partner, **filters: Any) -> list[dict[str, Any]]:
    answer = await partner.get(EVENTS, params=filters)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


async def detail(partner: Partner, event_id: object) -> dict[str, Any]:
    answer = await partner.get(f"{EVENTS}/{event_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


def error(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def test_the_event_log_needs_a_tenant_key(acme: Partner) -> None:
    alice = await acme.add_member()
    for headers in ({}, {"authorization": f"Bearer {alice.token}"}):
        for method, path in (
            ("GET", ""),
            ("GET", f"/{uuid4()}"),
            ("POST", f"/{uuid4()}/redeliver"),
            ("POST", "/replay"),
        ):
            assert (await alice.client.request(method, EVENTS + path, headers=headers)).status_code == 401


async def test_another_partners_events_are_not_there(post: Post, sender: Sender, globex: Partner) -> None:
    await post.create_secret(globex.tenant)
    await post.register(globex.tenant)
    await record_steps(sender.partner.tenant, 1)
    await post.deliver()
    (event,) = await listed(sender.partner)

    assert await listed(globex) == []
    for answer in (
        await globex.get(f"{EVENTS}/{event['event_id']}"),
        await globex.post(f"{EVENTS}/{event['event_id']}/redeliver"),
        await globex.get(f"{EVENTS}/{uuid4()}"),
    ):
        assert error(answer) == (404, "not_found")
    replayed = await globex.post(f"{EVENTS}/replay", json={"stream": "device_data", "start": "2026-03-14T00:00:00Z"})
    assert replayed.json()["data"]["events"] == 0


async def test_the_log_says_how_each_event_fares(post: Post, sender: Sender, clock: SettableClock) -> None:
    acme, user_id = sender.partner, (await sender.partner.add_member()).user_id
    await record_steps(acme.tenant, 1, user_id=user_id)
    await post.deliver()
    clock.advance(timedelta(minutes=1))
    sender.mailbox.refusing = REFUSAL
    await record_steps(acme.tenant, 2)
    await post.deliver()
    async with acme.tenant.uow() as uow:
        await outbox.record(uow, NudgeCreated(3))
        await uow.commit()

    by_status = {event["status"]: event for event in await listed(acme)}

    assert by_status["delivered"] == {
        "event_id": str(sender.mailbox.envelopes[0].event_id),
        "event_type": "device.daily_data.updated",
        "stream": "device_data",
        "user_id": str(user_id),
        "occurred_at": "2026-03-14T09:00:00Z",
        "status": "delivered",
        "attempts": 1,
        "next_attempt_at": None,
        "delivered_at": "2026-03-14T09:00:00Z",
    }
    pending = by_status["pending"]
    assert (pending["attempts"], pending["next_attempt_at"], pending["delivered_at"]) == (
        1,
        "2026-03-14T09:02:00Z",
        None,
    )
    assert (by_status["waiting"]["stream"], by_status["waiting"]["attempts"]) == ("coach_nudges", 0)


@pytest.mark.parametrize("status", ["waiting", "pending", "delivered", "failed"])
async def test_the_log_is_filtered_by_status(post: Post, sender: Sender, clock: SettableClock, status: str) -> None:
    acme = sender.partner
    sender.mailbox.refusing = REFUSAL
    await record_steps(acme.tenant, 1)
    await post.deliver()
    clock.advance(timedelta(days=2))
    await post.deliver()
    sender.mailbox.refusing = None
    await record_steps(acme.tenant, 3)
    await post.deliver()
    sender.mailbox.refusing = REFUSAL
    await record_steps(acme.tenant, 2)
    await post.deliver()
    async with acme.tenant.uow() as uow:
        await outbox.record(uow, NudgeCreated(4))
        await uow.commit()

    (event,) = [event for event in await listed(acme, status=status) if event["stream"] != "account"]

    number = (await detail(acme, event["event_id"]))["data"]["number"]
    assert number == {"failed": 1, "pending": 2, "delivered": 3, "waiting": 4}[status]
    assert event["status"] == (await detail(acme, event["event_id"]))["status"] == status


async def test_the_log_is_filtered_by_stream_type_member_and_time(acme: Partner, clock: SettableClock) -> None:
    alice, bob = (await acme.add_member()).user_id, (await acme.add_member()).user_id
    async with acme.tenant.uow() as uow:
        await outbox.record_many(uow, [(StepsCounted(1), alice), (NudgeCreated(2), bob)])
        await uow.commit()
    clock.advance(timedelta(hours=1))
    await record_steps(acme.tenant, 3, user_id=bob)
    later = "2026-03-14T10:00:00Z"

    for filters, number in (
        ({"stream": "coach_nudges"}, 1),
        ({"event_type": "device.daily_data.updated"}, 2),
        ({"user_id": str(alice)}, 1),
        ({"user_id": str(bob), "stream": "device_data"}, 1),
        ({"start": later}, 1),
        ({"end": later}, 2),
        ({"start": later, "event_type": "coach.nudge.created"}, 0),
    ):
        answer = await acme.get(EVENTS, params=filters)
        assert (len(answer.json()["data"]), answer.json()["pagination"]["total"]) == (number, number), filters


@pytest.mark.parametrize(
    "filters",
    [
        {"stream": "payments"},
        {"status": "lost"},
        {"user_id": "alice"},
        {"start": "yesterday"},
        {"start": "2026-03-14T09:00:00"},
        {"limit": 101},
        {"offset": 10_001},
        {"cursor": "made-up"},
    ],
)
async def test_filters_that_cannot_be_are_refused(acme: Partner, filters: dict[str, Any]) -> None:
    refused = await acme.get(EVENTS, params=filters)

    assert error(refused) == (422, "validation_error")
    assert refused.json()["error"]["details"][0]["field"] in filters


@pytest.mark.parametrize("apart", [timedelta(0), timedelta(seconds=1)])
async def test_a_cursor_neither_skips_nor_repeats_while_events_occur(
    acme: Partner, clock: SettableClock, apart: timedelta
) -> None:
    for number in range(7):
        await record_steps(acme.tenant, number)
        clock.advance(apart)
    expected = [event["event_id"] for event in await listed(acme)]

    seen, cursor = list[str](), None
    while True:
        answer = (await acme.get(EVENTS, params={"limit": 3} | ({"cursor": cursor} if cursor else {}))).json()
        seen += [event["event_id"] for event in answer["data"]]
        clock.advance(timedelta(seconds=1))
        await record_steps(acme.tenant, 100)
        cursor = answer["pagination"]["next_cursor"]
        if cursor is None:
            break

    assert seen == expected


async def test_pages_are_found_by_offset(acme: Partner, clock: SettableClock) -> None:
    for number in range(5):
        await record_steps(acme.tenant, number)
        clock.advance(timedelta(seconds=1))
    whole = await listed(acme)

    answer = (await acme.get(EVENTS, params={"limit": 2, "offset": 3})).json()

    assert answer["data"] == whole[3:]
    assert answer["pagination"] == {"limit": 2, "offset": 3, "total": 5, "next_cursor": None}


async def test_the_total_is_not_counted_beyond_a_bound(acme: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_PAGE", store._PAGE.replace(f"LIMIT {store.COUNTED}", "LIMIT 2"))
    await record_steps(acme.tenant, 1, 2, 3)

    answer = (await acme.get(EVENTS)).json()

    assert (len(answer["data"]), answer["pagination"]["total"]) == (3, 2)


async def test_an_event_is_shown_with_every_delivery_and_attempt(
    post: Post, sender: Sender, clock: SettableClock
) -> None:
    acme = sender.partner
    sender.mailbox.refusing = REFUSAL
    await record_steps(acme.tenant, 1)
    await post.deliver()
    clock.advance(timedelta(days=2))
    await post.deliver()
    event_id = sender.mailbox.attempts[0].event_id
    sender.mailbox.refusing = None
    redelivered = await acme.post(f"{EVENTS}/{event_id}/redeliver")
    assert (redelivered.status_code, redelivered.json()["data"]) == (
        202,
        {"event_id": str(event_id), "stream": "device_data", "status": "pending"},
    )
    await post.deliver()

    event = await detail(acme, event_id)

    assert (event["status"], event["data"]) == ("delivered", {"number": 1})
    first, second = event["deliveries"]
    assert (first["status"], first["requested"], first["destination_type"]) == ("superseded", False, "memory")
    assert (second["status"], second["requested"], len(second["attempts"])) == ("delivered", True, 1)
    attempt = first["attempts"][0]
    assert attempt.pop("latency_ms") >= 0
    assert attempt == {
        "attempt": 1,
        "attempted_at": "2026-03-14T09:00:00Z",
        "outcome": "refused",
        "provider_message": "no room",
        "provider_message_id": None,
        "thin": False,
    }
    assert [attempt["attempt"] for attempt in first["attempts"]] == [1, 2]


async def test_no_secret_of_the_destination_is_shown(post: Post, sender: Sender) -> None:
    acme = sender.partner
    async with acme.tenant.uow() as uow:
        body = {"type": "memory", "memory": {"name": "other", "password": "hunter2"}}
        await queues.replace(uow, post.queues, "device_data", body)
        await uow.commit()
    await record_steps(acme.tenant, 1)
    await post.deliver()

    event = (await acme.get(f"{EVENTS}/{post.memory.mailbox('other').envelopes[-1].event_id}")).text

    assert "hunter2" not in event
    assert "whsec_" not in event


async def test_a_waiting_event_is_shown_without_deliveries(acme: Partner) -> None:
    await record_steps(acme.tenant, 1)
    (event,) = await listed(acme)

    shown = await detail(acme, event["event_id"])

    assert (shown["status"], shown["deliveries"]) == ("waiting", [])
    refused = await acme.post(f"{EVENTS}/{event['event_id']}/redeliver")
    assert error(refused) == (404, "queue_not_configured")


async def test_a_window_is_replayed_and_counted(post: Post, sender: Sender, clock: SettableClock) -> None:
    acme = sender.partner
    for number in range(4):
        await record_steps(acme.tenant, number)
        clock.advance(timedelta(hours=1))
    await post.deliver()
    sender.mailbox.envelopes.clear()
    window = {"stream": "device_data", "start": "2026-03-14T10:00:00Z", "end": "2026-03-14T12:00:00Z"}

    answer = await acme.post(f"{EVENTS}/replay", json=window)

    assert answer.status_code == 202, answer.text
    replay = answer.json()["data"]
    assert UUID(replay.pop("replay_id"))
    assert replay == {**window, "event_type": None, "status": None, "events": 2}
    await post.deliver()
    assert [data["number"] for data in sender.mailbox.data] == [1, 2]


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"stream": "payments"}, "stream", "unknown_value"),
        ({"start": "2026-03-14T09:00:00"}, "start", "invalid_value"),
        ({"end": "2026-03-14T08:00:00Z"}, "end", "out_of_range"),
        ({"status": "delivered"}, "status", "unknown_value"),
    ],
)
async def test_a_replay_that_cannot_be_is_refused(
    sender: Sender, change: dict[str, str], field: str, code: str
) -> None:
    body = {"stream": "device_data", "start": "2026-03-14T09:00:00Z", **change}

    refused = await sender.partner.post(f"{EVENTS}/replay", json=body)

    assert error(refused) == (422, "validation_error")
    assert (field, code) in {(fault["field"], fault["code"]) for fault in refused.json()["error"]["details"]}


async def test_a_replay_of_a_stream_without_destination_says_so(acme: Partner) -> None:
    body = {"stream": "account", "start": "2026-03-14T00:00:00Z"}

    assert error(await acme.post(f"{EVENTS}/replay", json=body)) == (404, "queue_not_configured")


async def test_what_is_sent_again_is_on_record(post: Post, sender: Sender) -> None:
    acme = sender.partner
    await record_steps(acme.tenant, 1)
    await post.deliver()
    (event,) = await listed(acme)
    await acme.post(f"{EVENTS}/{event['event_id']}/redeliver")
    await acme.post(f"{EVENTS}/replay", json={"stream": "device_data", "start": "2026-03-14T00:00:00Z"})

    log = (await acme.get("/v1/admin/org/audit-log")).json()["data"]

    entries = {(entry["action"], entry["subject_type"], entry["subject_id"]) for entry in log}
    assert {("event.redelivered", "event", event["event_id"]), ("events.replayed", "queue", "device_data")} <= entries


async def test_a_request_repeated_with_its_idempotency_key_replays_once(post: Post, sender: Sender) -> None:
    acme = sender.partner
    await record_steps(acme.tenant, 1)
    await post.deliver()
    for _ in range(2):
        await acme.post(
            f"{EVENTS}/replay",
            json={"stream": "device_data", "start": "2026-03-14T00:00:00Z", "end": "2026-03-15T00:00:00Z"},
            headers={"idempotency-key": "replay-1"},
        )

    assert await acme.tenant.database.system.fetchval("SELECT count(*) FROM event_replay") == 1
