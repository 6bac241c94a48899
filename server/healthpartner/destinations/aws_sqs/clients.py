"""SQS clients shared between queues that are reached alike: same endpoint, region, role and tenant. The tenant is part
of it because a role is assumed with the tenant's id; sharing wider would let one tenant publish with another's role.
"""

import asyncio
import logging
from contextlib import AsyncExitStack
from functools import cache
from typing import Any, NamedTuple

from aiobotocore.config import AioConfig
from aiobotocore.credentials import AioDeferredRefreshableCredentials
from aiobotocore.session import AioSession, get_session

from healthpartner.destinations.contract import DestinationContext

MAXIMUM_CONNECTIONS = 100
ROLE_SESSION_NAME = "healthpartner"

for _name in ("aiobotocore", "botocore"):
    # At DEBUG the SDK writes whole requests, which hold health data and credentials, whatever the root level is.
    logging.getLogger(_name).setLevel(logging.INFO)


class ClientKey(NamedTuple):
    loop: asyncio.AbstractEventLoop
    context: DestinationContext
    region: str
    role_arn: str | None
    external_id: str | None


class ClientPool:
    """One client per key, opened for its first user and closed after its last."""

    def __init__(self) -> None:
        self._shared: dict[ClientKey, _Shared] = {}

    async def acquire(self, key: ClientKey) -> Any:
        shared = self._shared.setdefault(key, _Shared())
        shared.users += 1
        try:
            return await shared.opened(key)
        except BaseException:
            await self.release(key)
            raise

    async def release(self, key: ClientKey) -> None:
        shared = self._shared[key]
        shared.users -= 1
        if not shared.users:
            del self._shared[key]
            await shared.stack.aclose()


class _Shared:
    def __init__(self) -> None:
        self.users = 0
        self.stack = AsyncExitStack()
        self._client: Any = None
        self._opening = asyncio.Lock()

    async def opened(self, key: ClientKey) -> Any:
        async with self._opening:
            if self._client is None:
                session = _session() if key.role_arn is None else _role_session(key)
                self._client = await self.stack.enter_async_context(_client(session, "sqs", key))
        return self._client


def _client(session: AioSession, service: str, key: ClientKey) -> Any:
    context = key.context
    config = AioConfig(
        connect_timeout=context.timeout_seconds,
        read_timeout=context.timeout_seconds,
        # The SDK's own retries store copies when only the reply is lost, and hold the attempt past its limit.
        retries={"total_max_attempts": 1, "mode": "standard"},
        max_pool_connections=MAXIMUM_CONNECTIONS,
    )
    own_keys: dict[str, str | None] = {}
    if service == "sts" or key.role_arn is None:
        own_keys = {
            "aws_access_key_id": context.aws_access_key_id,
            "aws_secret_access_key": context.aws_secret_access_key,
        }
    return session.create_client(
        service,
        region_name=key.region,
        endpoint_url=context.aws_endpoint_url,
        config=config,
        **own_keys,
    )


@cache
def _service_descriptions() -> Any:
    return get_session().get_component("data_loader")


def _session() -> AioSession:
    session = get_session()
    # A session reads megabytes of JSON about AWS for its first client, and holds up the event loop for it.
    session.register_component("data_loader", _service_descriptions())
    return session


def _role_session(key: ClientKey) -> AioSession:
    """A session whose credentials are the assumed role's, kept until shortly before they expire."""

    async def assume() -> dict[str, str]:
        async with _client(_session(), "sts", key) as sts:
            answer = await sts.assume_role(
                RoleArn=key.role_arn,
                RoleSessionName=ROLE_SESSION_NAME,
                ExternalId=key.external_id,
            )
        granted = answer["Credentials"]
        return {
            "access_key": granted["AccessKeyId"],
            "secret_key": granted["SecretAccessKey"],
            "token": granted["SessionToken"],
            "expiry_time": granted["Expiration"].isoformat(),
        }

    session = _session()
    # The SDK has no public way to give a session credentials that renew themselves.
    session._credentials = AioDeferredRefreshableCredentials(assume, "assume-role")  # noqa: SLF001
    return session
