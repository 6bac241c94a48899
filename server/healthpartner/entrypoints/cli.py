"""The `healthpartner` command."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn
from uuid import UUID

import asyncpg
import typer
import uvloop

from healthpartner.core.config import ConfigurationError, Settings, load_settings
from healthpartner.core.db.migrate import migrate as apply_migrations
from healthpartner.core.encryption import InvalidMasterKey
from healthpartner.core.errors import HealthPartnerError
from healthpartner.core.postgres.errors import EmbeddedPostgresError
from healthpartner.domains.metrics.packing import jobs as packing
from healthpartner.domains.metrics.retention.schemas import Retention
from healthpartner.entrypoints import retention, sandbox
from healthpartner.entrypoints.assembly import assembled
from healthpartner.entrypoints.postgres import postgres_of
from healthpartner.entrypoints.provisioning import create_invite, create_org, create_tenant_key, prefer
from healthpartner.entrypoints.serve import configure_observability, serve
from healthpartner.web.platform import Platform


class Scope(StrEnum):
    ADMIN = "admin"
    DEVELOPER = "developer"
    VIEWER = "viewer"


class Span(StrEnum):
    FIVE_MINUTE = "five_minute"
    FIFTEEN_MINUTE = "fifteen_minute"
    ONE_HOUR = "one_hour"


app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
retention_app = typer.Typer(no_args_is_help=True, help="How long measurements are kept, and in how much detail.")
app.add_typer(retention_app, name="retention")

WELCOME = """
The sandbox answers at {HP_BASE_URL}

  tenant API key   {HP_TENANT_KEY}
  signing secret   {HP_SIGNING_SECRET}
  a member         {HP_USER_ID}

They are also in {file}. Next, in another terminal:

  set -a; . {file}; set +a
  curl -s -X POST "$HP_BASE_URL/v1/auth/token" -H "taih-tenant-key: $HP_TENANT_KEY" \\
    -H "content-type: application/json" -d "{{\\"user_id\\": \\"$HP_USER_ID\\"}}"

The documentation is at {HP_BASE_URL}/docs/ and takes it from there.

{console}

Ctrl-C stops; the data stays.
"""
INVITE = """The console waits for its first admin. This link is good once, for seven days:

  {link}"""
CONSOLE = "The console is at {address}"


def say(text: str) -> None:
    typer.echo(text, err=True)


def _run(work: Callable[[Settings, str], Awaitable[None]]) -> None:
    """`work` on a running database, with every known failure told in one line."""
    try:
        settings = load_settings()
        configure_observability(settings)
        with postgres_of(settings, say) as url:
            uvloop.run(_awaited(work(settings, url)))
    except (ConfigurationError, EmbeddedPostgresError, HealthPartnerError) as error:
        _refuse(str(error))
    except InvalidMasterKey as error:
        _refuse(f"HP_MASTER_KEYS: {error}")
    except (OSError, asyncpg.PostgresError) as error:
        # Its own words can quote the address, which holds a password.
        _refuse(f"PostgreSQL (HP_DATABASE_URL) cannot be used: {type(error).__name__}")
    except KeyboardInterrupt:
        say("Stopped.")


def _refuse(reason: str) -> NoReturn:
    say(f"healthpartner: {reason}")
    raise typer.Exit(1) from None


async def _awaited(work: Awaitable[None]) -> None:
    await work


def _on_platform(work: Callable[[Platform], Awaitable[Any]]) -> None:
    async def prepared(settings: Settings, url: str) -> None:
        await apply_migrations(url)
        async with assembled(settings, url) as platform:
            await work(platform)

    _run(prepared)


async def _console(platform: Platform, values: dict[str, str]) -> str:
    link = await sandbox.console_invite(platform, values)
    return INVITE.format(link=link) if link else CONSOLE.format(address=sandbox.console_address(values))


@app.command()
def run() -> None:
    """API and worker in one process, with a sandbox organization ready to use."""

    async def started(platform: Platform, base_url: str) -> None:
        file = platform.settings.deployment.data_dir / sandbox.FILE_NAME
        values = await sandbox.provision(platform, base_url)
        typer.echo(WELCOME.format(file=file, console=await _console(platform, values), **values))

    async def work(settings: Settings, url: str) -> None:
        if settings.deployment.is_production:
            raise ConfigurationError("`run` provisions a sandbox; use `api` and `worker` in production")
        say("Bringing the database to the newest schema.")
        await serve(settings, url, api=True, worker=True, on_start=started)

    _run(work)


@app.command()
def api() -> None:
    """The HTTP API alone."""
    _run(lambda settings, url: serve(settings, url, api=True, worker=False))


@app.command()
def worker() -> None:
    """Event delivery and background jobs alone."""
    _run(lambda settings, url: serve(settings, url, api=False, worker=True))


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    _run(lambda _settings, url: apply_migrations(url))


@app.command("create-org")
def create_org_command(
    name: Annotated[str, typer.Argument(help="What the organization is called.")],
    key: Annotated[
        str | None, typer.Option(help="Its short name, which stamps its data; default: from the name.")
    ] = None,
) -> None:
    """Make an organization and show its first credentials, once."""

    async def work(platform: Platform) -> None:
        made = await create_org(platform, name, key)
        typer.echo(f"org_id={made.org_id}\ntenant_key={made.tenant_key}\nsigning_secret={made.signing_secret}")

    _on_platform(work)


@app.command("create-invite")
def create_invite_command(
    org_id: Annotated[UUID, typer.Argument(help="The organization.")],
    email: Annotated[str, typer.Argument(help="Whom to invite.")],
    scope: Annotated[Scope, typer.Option(help="What they may do.")] = Scope.ADMIN,
) -> None:
    """Make a link that lets somebody into the organization's console, and show it, once."""

    async def work(platform: Platform) -> None:
        http = platform.settings.http
        address = http.public_url or f"http://localhost:{http.port}"
        typer.echo(f"invite_url={await create_invite(platform, org_id, email, scope.value, address)}")

    _on_platform(work)


@app.command("create-key")
def create_key_command(
    org_id: Annotated[UUID, typer.Argument(help="The organization.")],
    name: Annotated[str, typer.Option(help="What the key is called.")] = "made by an operator",
) -> None:
    """Mint one more tenant key and show it, once."""

    async def work(platform: Platform) -> None:
        typer.echo(f"tenant_key={await create_tenant_key(platform, org_id, name)}")

    _on_platform(work)


@app.command("prefer-sources")
def prefer_sources(
    org_id: Annotated[UUID, typer.Argument(help="The organization.")],
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Providers' slugs, `partner`, or kinds of devices; none: the platform's own order."),
    ] = None,
    metric: Annotated[str | None, typer.Option(help="For one metric, such as steps; default: for all.")] = None,
) -> None:
    """Say which sources come first where several have measured the same time."""

    async def work(platform: Platform) -> None:
        await prefer(platform, org_id, metric, names or [])
        typer.echo(f"{metric or 'every metric'}: {', '.join(names or ['as the platform has it'])}")

    _on_platform(work)


@app.command("export-parquet")
def export_parquet(
    org_id: Annotated[UUID, typer.Argument(help="The organization.")],
    folder: Annotated[Path, typer.Argument(help="Where to write; each member gets a folder in it.")],
    user_id: Annotated[UUID | None, typer.Option(help="One member only.")] = None,
) -> None:
    """Write what is measured of members to Parquet files (needs the extra `parquet`)."""
    from healthpartner.entrypoints import parquet  # noqa: PLC0415 - an extra that few need

    async def work(platform: Platform) -> None:
        for member, rows in (await parquet.write(platform, org_id, folder, user_id)).items():
            typer.echo(f"{member} " + " ".join(f"{name}={count}" for name, count in rows.items()))

    _on_platform(work)


@app.command("restore-parquet")
def restore_parquet(
    org_id: Annotated[UUID, typer.Argument(help="The organization.")],
    folder: Annotated[Path, typer.Argument(help="What export-parquet wrote.", exists=True, file_okay=False)],
    user_id: Annotated[UUID | None, typer.Option(help="Put everything into this member.")] = None,
) -> None:
    """Merge such files into members that there are; what is known already stays as it is."""
    from healthpartner.entrypoints import parquet  # noqa: PLC0415 - an extra that few need

    async def work(platform: Platform) -> None:
        parts, refused = await parquet.restore(platform, org_id, folder, user_id)
        typer.echo(f"parts={parts}" + (f" refused={refused}" if refused else ""))

    _on_platform(work)


@app.command("open-packs")
def open_packs() -> None:
    """Keep each old day in a row of its own again, for going back to a release that knows no packs. Stop workers first."""

    async def work(platform: Platform) -> None:
        typer.echo(f"members={await packing.open_all(platform.database, platform.clock)}")

    _on_platform(work)


@retention_app.command("set")
def set_retention(
    org_id: Annotated[UUID, typer.Argument(help="The organization.")],
    thin_after: Annotated[
        int | None, typer.Option(help="Days after which samples become spans; default: never.")
    ] = None,
    span: Annotated[Span, typer.Option(help="How wide the spans are.")] = Span.ONE_HOUR,
    daily_after: Annotated[
        int | None, typer.Option(help="Days after which only days are left; default: never.")
    ] = None,
    delete_after: Annotated[int | None, typer.Option(help="Days after which nothing is left; default: never.")] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what this would do.")] = False,
) -> None:
    """Say how long measurements are kept. Without any days everything is kept in full, for good."""
    policy = Retention(
        thin_after_days=thin_after, span=span.value, daily_after_days=daily_after, delete_after_days=delete_after
    )

    async def work(platform: Platform) -> None:
        if dry_run:
            typer.echo(retention.counted(await retention.follow(platform, org_id, dry=True, instead=policy)))
            return
        await retention.change(platform, org_id, policy)
        typer.echo(retention.told(policy))

    _on_platform(work)


@retention_app.command("show")
def show_retention(org_id: Annotated[UUID, typer.Argument(help="The organization.")]) -> None:
    """What is asked for."""

    async def work(platform: Platform) -> None:
        typer.echo(retention.told(await retention.read(platform, org_id)))

    _on_platform(work)


@retention_app.command("run")
def run_retention(
    org_id: Annotated[UUID, typer.Argument(help="The organization.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would be done.")] = False,
) -> None:
    """Do now, for every member, what a worker does within a week."""

    async def work(platform: Platform) -> None:
        typer.echo(retention.counted(await retention.follow(platform, org_id, dry=dry_run)))

    _on_platform(work)


@app.command("rotate-token-key")
def rotate_token_key() -> None:
    """Sign member tokens with a new key; tokens already issued stay valid until they expire."""

    async def work(platform: Platform) -> None:
        overlap = timedelta(seconds=platform.settings.security.token_ttl_seconds)
        typer.echo(f"kid={await platform.tokens.keys.rotate(overlap)}")

    _on_platform(work)
