"""One foreground process: migrations, then the API, the worker or both, until it is told to stop."""

import asyncio
import signal
from collections.abc import Awaitable, Callable

from healthpartner.core import telemetry
from healthpartner.core.config import Settings
from healthpartner.core.config.telemetry import TelemetrySettings
from healthpartner.core.db.migrate import migrate
from healthpartner.core.garbage import set_aside_what_stays
from healthpartner.core.logs import configure_logging
from healthpartner.entrypoints.api import ApiServer
from healthpartner.entrypoints.assembly import assembled
from healthpartner.entrypoints.worker import run_worker
from healthpartner.web.platform import Platform

Started = Callable[[Platform, str], Awaitable[None]]
STARTUP_POLL_SECONDS = 0.02


def configure_observability(settings: Settings) -> None:
    chosen = settings.telemetry
    configure_logging(chosen.log_level, json=chosen.log_json or None)
    telemetry.configure_tracing(chosen.otlp_endpoint)


async def serve(settings: Settings, url: str, *, api: bool, worker: bool, on_start: Started | None = None) -> None:
    """`on_start` hears the platform and its base URL once requests are answered."""
    await migrate(url)
    async with assembled(settings, url) as platform:
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as parts:
            if worker:
                parts.create_task(run_worker(platform, stop))
            if api:
                parts.create_task(platform.usage.run(stop))
                parts.create_task(_serve_api(platform, stop, on_start))
            else:
                set_aside_what_stays()
                _stop_on_signal(stop)
                await parts.create_task(_show_metrics(settings.telemetry, stop))


async def _serve_api(platform: Platform, stop: asyncio.Event, on_start: Started | None) -> None:
    server = ApiServer(platform)
    running = asyncio.ensure_future(server.serve())
    try:
        while not server.started and not running.done():  # noqa: ASYNC110 - uvicorn offers no event to wait for
            await asyncio.sleep(STARTUP_POLL_SECONDS)
        set_aside_what_stays()
        if server.started and on_start is not None:
            await on_start(platform, base_url_of(platform, server))
        await running
    finally:
        server.should_exit = True
        stop.set()


async def _show_metrics(chosen: TelemetrySettings, stop: asyncio.Event) -> None:
    """For a process that answers no requests, and so has no `/metrics` of its own."""
    if chosen.worker_metrics_port is None:
        return
    server, thread = telemetry.start_server(chosen.worker_metrics_host, chosen.worker_metrics_port)
    try:
        await stop.wait()
    finally:
        await asyncio.to_thread(server.shutdown)
        server.server_close()
        thread.join()


def base_url_of(platform: Platform, server: ApiServer) -> str:
    host, port = server.address
    return platform.settings.http.public_url or f"http://{host}:{port}"


def _stop_on_signal(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
