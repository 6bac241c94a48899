"""The gauges of what is undelivered, and what reading them costs."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

from prometheus_client.parser import text_string_to_metric_families

from healthpartner.core import telemetry
from healthpartner.delivery import backlog
from healthpartner.destinations.contract import PublishFailed
from healthpartner.events import outbox
from tests.support.database import Tenant
from tests.support.delivery import NudgeCreated, Post, StepsCounted, record_steps


def value(name: str, **labels: str) -> float:
    families = text_string_to_metric_families(telemetry.render()[0].decode())
    samples = [sample for family in families for sample in family.samples]
    return sum(one.value for one in samples if one.name == name and labels.items() <= one.labels.items())


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes(part)


async def test_the_age_of_the_oldest_undelivered_event_is_shown_by_stream(
    post: Post, acme: Tenant, globex: Tenant
) -> None:
    refusing = await post.register(acme)
    refusing.refusing = PublishFailed("server", "down")
    await post.register(globex)
    await record_steps(acme, 1)
    await post.deliver()
    post.clock.advance(timedelta(seconds=30))
    await record_steps(globex, 1)

    await backlog.read_backlog(post.database.system, post.clock)

    assert value("oldest_undelivered_seconds", stream="device_data") == 30
    assert value("oldest_undelivered_seconds", stream="lab_results") == 0
    assert value("failing_destinations", stream="device_data") == 1
    assert value("backlog_read_timestamp_seconds") == post.clock.now().timestamp()


async def test_what_is_delivered_is_no_longer_old(post: Post, acme: Tenant) -> None:
    mailbox = await post.register(acme)
    mailbox.refusing = PublishFailed("server", "down")
    await record_steps(acme, 1)
    await post.deliver()
    mailbox.refusing = None
    post.clock.advance(timedelta(minutes=2))
    await post.deliver()

    await backlog.read_backlog(post.database.system, post.clock)

    assert value("oldest_undelivered_seconds") == 0
    assert value("failing_destinations") == 0


async def test_reading_costs_what_lanes_there_are_not_what_waits_in_them(post: Post, acme: Tenant) -> None:
    await post.register(acme)
    await post.register(acme, "coach_nudges")
    async with acme.uow() as uow:
        events = [(kind(number), uuid4()) for number in range(2000) for kind in (StepsCounted, NudgeCreated)]
        await outbox.record_many(uow, events)
        await uow.commit()
    await post.database.system.execute("ANALYZE delivery")

    (plan,) = json.loads(await post.database.system.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {backlog._OLDEST}"))

    lanes = await post.database.system.fetchval("SELECT count(*) FROM delivery_lane")
    scans = [node for node in nodes(plan["Plan"]) if node.get("Relation Name") == "delivery"]
    assert scans
    assert sum(node["Actual Rows"] * node["Actual Loops"] for node in scans) < lanes + 1


async def test_each_attempt_is_counted_by_its_cause_and_what_is_given_up_by_itself(post: Post, acme: Tenant) -> None:
    before = value("deliveries_total", outcome="throttled"), value("deliveries_given_up_total", kind="memory")
    mailbox = await post.register(acme)
    mailbox.refusing = PublishFailed("throttled", "slow down")
    await record_steps(acme, 1)
    await post.deliver()
    post.clock.advance(timedelta(hours=48))
    await post.deliver()

    assert value("deliveries_total", outcome="throttled") == before[0] + 2
    assert value("deliveries_given_up_total", kind="memory") == before[1] + 1


async def test_watching_ends_when_told_and_outlives_a_database_that_is_away(post: Post) -> None:
    class Away:
        async def fetch(self, _: str) -> list[Any]:
            stop.set()
            raise OSError

    stop = asyncio.Event()

    async with asyncio.timeout(5):
        await backlog.watch_backlog(Away(), post.clock, stop)
