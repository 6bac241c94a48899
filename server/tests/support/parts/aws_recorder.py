"""An AWS endpoint that grants every role and takes every message, and remembers who asked for what."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

from aiohttp import web

_GRANT = """<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ROLE{number}</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey>
<SessionToken>role-token</SessionToken><Expiration>{expiration}</Expiration>
</Credentials></AssumeRoleResult></AssumeRoleResponse>"""


class AwsRecorder:
    """`assumed`: the parameters of each AssumeRole call. `senders`: the access key that signed each message."""

    def __init__(self) -> None:
        self.port = 0
        self.lifetime = timedelta(hours=1)
        self.assumed: list[dict[str, str]] = []
        self.senders: list[str] = []

    async def answer(self, request: web.Request) -> web.Response:
        await request.read()
        if "x-amz-target" not in request.headers:
            fields = parse_qs(await request.text())
            self.assumed.append({name: values[0] for name, values in fields.items()})
            expiration = (datetime.now(UTC) + self.lifetime).isoformat()
            return web.Response(text=_GRANT.format(number=len(self.assumed), expiration=expiration))
        signer = re.search(r"Credential=(\w+)/", request.headers["authorization"])
        assert signer is not None
        self.senders.append(signer[1])
        return web.json_response({"MessageId": "m"}, content_type="application/x-amz-json-1.0")


@asynccontextmanager
async def aws_recorder() -> AsyncIterator[AwsRecorder]:
    recorder = AwsRecorder()
    application = web.Application(client_max_size=8 * 1024 * 1024)
    application.router.add_post("/{path:.*}", recorder.answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    recorder.port = runner.addresses[0][1]
    try:
        yield recorder
    finally:
        await runner.cleanup()
