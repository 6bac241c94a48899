"""Makes everything that a process needs, in the order of need, and takes it down again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import asyncpg
import structlog
from pydantic import SecretStr

from healthpartner.core.clock import Clock, SystemClock, TenantClocks
from healthpartner.core.config import Settings
from healthpartner.core.db.pool import Database, connect
from healthpartner.core.encryption import Keyring, load_or_create_master_key, parse_master_keys
from healthpartner.destinations.contract import DestinationContext
from healthpartner.domains.auth.token_keys import TokenKeys
from healthpartner.domains.auth.tokens import TokenIssuer
from healthpartner.domains.sandbox.clock import service as tenant_clocks
from healthpartner.gateways.files.contract import FileStore
from healthpartner.gateways.files.embedded import EmbeddedFileStore
from healthpartner.gateways.files.s3 import S3Settings, open_s3_file_store
from healthpartner.web.platform import Platform
from healthpartner.web.usage import UsageCounter

log = structlog.get_logger(__name__)

FOLLOW_EVERY_SECONDS = 0.5
DATABASE_AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


def keyring_of(settings: Settings) -> Keyring:
    """From HP_MASTER_KEYS or, in the sandbox, from a key file in the data directory."""
    given = settings.security.master_keys
    if given is not None:
        return Keyring(parse_master_keys(given.get_secret_value()))
    settings.deployment.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Keyring([load_or_create_master_key(settings.deployment.data_dir / "master.key")])


def destinations_of(settings: Settings, clock: Clock) -> DestinationContext:
    delivery = settings.delivery
    return DestinationContext(
        environment=settings.deployment.environment,
        publishing_principal_arn=delivery.publishing_principal_arn,
        aws_endpoint_url=delivery.sqs_endpoint,
        aws_access_key_id=_plain(delivery.aws_access_key),
        aws_secret_access_key=_plain(delivery.aws_secret_key),
        azure_event_hubs_endpoint_url=delivery.azure_event_hubs_endpoint,
        azure_storage_endpoint_url=delivery.azure_storage_endpoint,
        google_pubsub_endpoint=delivery.google_pubsub_endpoint,
        allow_private_webhooks=delivery.allow_private_webhooks,
        clock=clock,
        timeout_seconds=delivery.attempt_timeout_seconds,
    )


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret is not None else None


async def _file_store(stack: AsyncExitStack, settings: Settings, keyring: Keyring) -> FileStore:
    files, data_dir = settings.files, settings.deployment.data_dir
    if files.s3_bucket is None:
        return EmbeddedFileStore(data_dir / "files", keyring)
    s3 = S3Settings(
        bucket=files.s3_bucket,
        region=files.s3_region,
        endpoint_url=files.s3_endpoint,
        access_key_id=_plain(files.s3_access_key),
        secret_access_key=_plain(files.s3_secret_key),
    )
    return await stack.enter_async_context(open_s3_file_store(s3, data_dir / "copies"))


@asynccontextmanager
async def database_of(settings: Settings, url: str) -> AsyncIterator[Database]:
    async with connect(
        url,
        pool_size=settings.database.pool_size,
        system_pool_size=settings.database.system_pool_size,
        statement_timeout=settings.database.statement_timeout_seconds,
    ) as database:
        yield database


@asynccontextmanager
async def clock_of(settings: Settings, database: Database) -> AsyncIterator[Clock]:
    """The system's clock; in a sandbox with those of tenants who are ahead, followed while other processes move them."""
    if settings.deployment.is_production:
        yield SystemClock()
        return
    clocks = TenantClocks(SystemClock())
    await tenant_clocks.refresh(clocks, database)
    following = asyncio.create_task(_follow(clocks, database))
    try:
        yield clocks
    finally:
        following.cancel()


async def _follow(clocks: TenantClocks, database: Database) -> None:
    while True:
        await asyncio.sleep(FOLLOW_EVERY_SECONDS)
        try:
            await tenant_clocks.refresh(clocks, database)
        except DATABASE_AWAY as error:
            log.warning("clocks_not_refreshed", error=type(error).__name__)


@asynccontextmanager
async def assembled(settings: Settings, url: str, clock: Clock | None = None) -> AsyncIterator[Platform]:
    """A platform on a migrated database."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(database_of(settings, url))
        if clock is None:
            clock = await stack.enter_async_context(clock_of(settings, database))
        keyring = keyring_of(settings)
        keys = TokenKeys(database.system, keyring, clock, settings.security.token_algorithm)
        await keys.prepare()
        ttl = timedelta(seconds=settings.security.token_ttl_seconds)
        yield Platform(
            settings=settings,
            database=database,
            clock=clock,
            keyring=keyring,
            tokens=TokenIssuer(keys, clock, settings.deployment.environment, ttl),
            files=await _file_store(stack, settings, keyring),
            destinations=destinations_of(settings, clock),
            usage=UsageCounter(database.system),
        )
