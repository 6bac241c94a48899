"""The background half of the platform: delivers events, runs jobs, sweeps what has expired."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from healthpartner.delivery.relay import Relay, RelayLimits
from healthpartner.web.idempotency_store import sweep as sweep_idempotency_records
from healthpartner.web.platform import Platform

log = structlog.get_logger(__name__)

SWEEP_EVERY_SECONDS = 300.0


def relay_of(platform: Platform) -> Relay:
    delivery = platform.settings.delivery
    limits = RelayLimits(per_lane=delivery.batch_size, lease_seconds=delivery.lease_seconds)
    return Relay(platform.database.system, platform.clock, platform.keyring, platform.destinations, limits=limits)


async def sweep(platform: Platform) -> None:
    """One round of removing what has expired."""
    await sweep_idempotency_records(platform.database.system, platform.clock.now())


async def _sweep_regularly(platform: Platform, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await sweep(platform)
        except Exception as error:  # noqa: BLE001 - a failed sweep is tried again; the rest of the worker goes on
            log.warning("sweep_failed", error=type(error).__name__)
        try:
            async with asyncio.timeout(SWEEP_EVERY_SECONDS):
                await stop.wait()
        except TimeoutError:
            continue


async def run_worker(platform: Platform, stop: asyncio.Event) -> None:
    """Until `stop` is set; what is under way then is finished."""
    parts: list[Callable[[asyncio.Event], Awaitable[None]]] = [
        relay_of(platform).run,
        lambda stop: _sweep_regularly(platform, stop),
    ]
    await asyncio.gather(*(part(stop) for part in parts))
