"""The background half of the platform: delivers events, runs jobs, removes what has expired."""

import asyncio
from collections.abc import Mapping
from functools import partial

from healthpartner.core.jobs import housekeeping
from healthpartner.core.jobs.worker import Handler, JobWorker, Periodic
from healthpartner.core.lifecycle import LIFECYCLE
from healthpartner.delivery import retention
from healthpartner.delivery.backlog import watch_backlog
from healthpartner.delivery.relay import Relay, RelayLimits
from healthpartner.domains.async_jobs import running
from healthpartner.domains.async_jobs import service as async_jobs
from healthpartner.domains.async_jobs.schemas import JobResources
from healthpartner.domains.console.passkeys import service as passkeys
from healthpartner.domains.console.sessions import service as sessions
from healthpartner.domains.ingestion import jobs as imports
from healthpartner.domains.metrics.packing import jobs as packing
from healthpartner.domains.metrics.retention import jobs as measurements
from healthpartner.domains.metrics.samples import jobs as figures
from healthpartner.domains.privacy import jobs as erasures
from healthpartner.domains.privacy.data_exports import jobs as data_export_jobs
from healthpartner.domains.privacy.data_exports import service as data_exports
from healthpartner.domains.sandbox import jobs as sandbox
from healthpartner.domains.tenants.deprecations import jobs as deprecations
from healthpartner.domains.tenants.usage import service as usage
from healthpartner.domains.uploads import service as uploads
from healthpartner.entrypoints.personal_data import SECTIONS
from healthpartner.web.idempotency_store import sweep as sweep_idempotency_records
from healthpartner.web.platform import Platform


def relay_of(platform: Platform) -> Relay:
    delivery = platform.settings.delivery
    limits = RelayLimits(per_lane=delivery.batch_size, lease_seconds=delivery.lease_seconds)
    return Relay(platform.database.system, platform.clock, platform.keyring, platform.destinations, limits=limits)


def resources_of(platform: Platform) -> JobResources:
    return JobResources(platform.database, platform.clock, platform.keyring, platform.files, platform.settings)


def handlers_of(platform: Platform) -> Mapping[str, Handler]:
    """Every kind of job."""
    resources = resources_of(platform)
    return {
        **running.handlers(resources, {**imports.JOBS, **data_export_jobs.jobs(SECTIONS), **sandbox.JOBS}),
        **{kind: partial(erase, platform.files) for kind, erase in erasures.JOBS.items()},
    }


async def tell_of_deprecations(platform: Platform) -> None:
    address = platform.settings.http.public_url or ""
    await deprecations.announce(platform.database, platform.clock, LIFECYCLE, address)


def periodic_of(platform: Platform) -> list[Periodic]:
    """Removing what has expired and finding what was lost, by one worker of all."""
    database, clock, files = platform.database, platform.clock, platform.files

    async def expired_records() -> None:
        await sweep_idempotency_records(database.system, clock.now())

    async def old_events() -> None:
        await retention.sweep(database.system, clock.now())

    async def ended_sessions() -> None:
        await sessions.sweep(database.system, clock)
        await passkeys.sweep(database.system, clock)

    async def old_usage() -> None:
        await usage.sweep(database.system, clock)

    async def left_uploads() -> None:
        await uploads.sweep(database, files, clock)

    async def expired_exports() -> None:
        await data_exports.sweep(database, files, clock)

    async def lost_tickets() -> None:
        await async_jobs.requeue_lost(resources_of(platform))

    async def stale_figures() -> None:
        await figures.recount_stale(database, clock)

    async def queue_history() -> None:
        await housekeeping.trim(database.system)

    return [
        Periodic("expired_records", "*/5 * * * *", expired_records),
        Periodic("ended_sessions", "*/5 * * * *", ended_sessions),
        Periodic("stale_figures", "* * * * *", stale_figures),
        Periodic("lost_tickets", "*/5 * * * *", lost_tickets),
        Periodic("expired_exports", "*/15 * * * *", expired_exports),
        Periodic("left_uploads", "*/15 * * * *", left_uploads),
        Periodic("deprecation_notices", "7 * * * *", partial(tell_of_deprecations, platform)),
        Periodic("old_events", "17 * * * *", old_events),
        Periodic("aged_measurements", "37 * * * *", partial(measurements.sweep_due, database, clock)),
        Periodic("old_days", "11 2 * * *", partial(packing.pack_due, database, clock)),
        Periodic("old_usage", "29 3 * * *", old_usage),
        Periodic("queue_history", "43 * * * *", queue_history),
    ]


async def run_worker(platform: Platform, stop: asyncio.Event) -> None:
    """Until `stop` is set; what is under way then is finished, or left for another worker."""
    relay = relay_of(platform)
    jobs = JobWorker(platform.database.url, handlers_of(platform), periodic_of(platform))
    try:
        watching = watch_backlog(platform.database.system, platform.clock, stop)
        await asyncio.gather(relay.run(stop), jobs.run(stop), watching)
    finally:
        await relay.close()
