"""The console's stylesheets and scripts."""

from litestar import Response, get
from litestar.params import FromPath

from healthpartner.core.errors import NotFound
from healthpartner.web.console.rendering import assets

TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
KEPT_FOR_EVER = "public, max-age=31536000, immutable"


@get("/console/assets/{name:str}", include_in_schema=False)
async def console_file(name: FromPath[str]) -> Response[bytes]:
    body = assets().get(name)
    if body is None:
        raise NotFound
    headers = {"cache-control": KEPT_FOR_EVER}
    return Response(body, media_type=TYPES[name.rpartition(".")[2]], headers=headers)
