"""Serves the developer portal below `/docs/`. Not part of the partner contract."""

import asyncio
import gzip
from functools import lru_cache
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import Redirect

from healthpartner.core.errors import NotFound
from healthpartner.portal.site import File, site
from healthpartner.web.etags import etag_of, names

BASE = "/docs/"
SMALLEST_COMPRESSED = 1024
KEPT_FOR_EVER = "public, max-age=31536000, immutable"
ASKED_AGAIN = "public, no-cache"


@get("/", include_in_schema=False)
async def front_door() -> Redirect:
    return Redirect(BASE)


@get(["/docs", "/docs/{path:path}"], include_in_schema=False)
async def portal_file(request: Request[Any, Any, Any], path: FromPath[str] = "") -> Response[bytes]:
    """A page by its address, or a file by its name."""
    # Made on the first request, beside the event loop: the other requests of a process do not wait for it.
    sandbox = not request.app.state.platform.settings.deployment.is_production
    files = await asyncio.to_thread(site, BASE, try_it=sandbox)
    asked = path.strip("/")
    file = files.get(asked) or files.get(f"{asked}/index.html".lstrip("/"))
    if file is None:
        raise NotFound("There is no such page.")
    return _response(file, request)


def _response(file: File, request: Request[Any, Any, Any]) -> Response[bytes]:
    headers = {
        "content-security-policy": f"{file.policy}; frame-ancestors 'none'",
        "cache-control": KEPT_FOR_EVER if file.immutable else ASKED_AGAIN,
        "etag": etag_of(file.body),
        "vary": "accept-encoding",
    }
    if names(request.headers.get("if-none-match", ""), headers["etag"]):
        return Response(b"", status_code=304, headers=headers, media_type=file.media_type)
    body = file.body
    if len(body) >= SMALLEST_COMPRESSED and "gzip" in request.headers.get("accept-encoding", ""):
        body, headers["content-encoding"] = _compressed(body), "gzip"
    return Response(body, headers=headers, media_type=file.media_type)


@lru_cache(maxsize=256)
def _compressed(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)


ROUTES = [front_door, portal_file]
