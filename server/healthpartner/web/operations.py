"""What operators ask a process: is it alive, can it serve, and its metrics. Not part of the partner contract."""

import asyncio
from typing import Any

from litestar import Request, Response, get
from litestar.enums import MediaType

from healthpartner.core import telemetry

READY_WITHIN_SECONDS = 2


@get("/livez", include_in_schema=False, media_type=MediaType.TEXT)
async def livez() -> str:
    """The process answers."""
    return "ok"


@get("/readyz", include_in_schema=False)
async def readyz(request: Request[Any, Any, Any]) -> Response[dict[str, str]]:
    """The process can serve: its database answers."""
    database = request.app.state.platform.database
    try:
        async with asyncio.timeout(READY_WITHIN_SECONDS):
            await database.tenants.fetchval("SELECT 1")
    except Exception:  # noqa: BLE001 - whatever keeps the database from answering means not ready
        return Response({"database": "unavailable"}, status_code=503)
    return Response({"database": "ok"})


@get("/metrics", include_in_schema=False)
async def metrics() -> Response[bytes]:
    body, content_type = telemetry.render()
    return Response(body, media_type=content_type)


ROUTES = [livez, readyz, metrics]
