"""A sandbox ready to be used: one organization, one member, and their credentials in `sandbox.env`."""

import os
from pathlib import Path

from healthpartner.core.errors import HealthPartnerError
from healthpartner.core.pagination import PageRequest
from healthpartner.domains.sandbox import service as synthetic
from healthpartner.domains.sandbox.schemas import LifeInput
from healthpartner.domains.tenants.console_members import service as console_members
from healthpartner.domains.tenants.keys import service as tenant_keys
from healthpartner.domains.users import service as users
from healthpartner.domains.users.schemas import CreateUser
from healthpartner.entrypoints.provisioning import create_invite, create_org, member_uow, operator_uow
from healthpartner.web.platform import Platform

FILE_NAME = "sandbox.env"
ORG_NAME = "Sandbox"
FIRST_ADMIN = "admin@sandbox.example"
FIRST_MEMBER = LifeInput("runner", seed=1, months=3)


def read_env(path: Path) -> dict[str, str]:
    lines = path.read_text().splitlines() if path.exists() else []
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def write_env(path: Path, values: dict[str, str]) -> None:
    """Replaces the file in one step, readable by its owner only."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("".join(f"{name}={value}\n" for name, value in values.items()))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


async def _still_valid(platform: Platform, known: dict[str, str]) -> bool:
    if not {"HP_TENANT_KEY", "HP_SIGNING_SECRET", "HP_USER_ID"} <= known.keys():
        return False
    try:
        await tenant_keys.authenticate(
            platform.database.system,
            platform.clock,
            known["HP_TENANT_KEY"],
            platform.settings.deployment.key_prefix,
        )
    except HealthPartnerError:
        return False
    return True


async def provision(platform: Platform, base_url: str) -> dict[str, str]:
    """The sandbox's credentials: those of the last start while they are valid, else new ones."""
    path = platform.settings.deployment.data_dir / FILE_NAME
    known = read_env(path)
    if not await _still_valid(platform, known):
        known = await _provisioned_anew(platform)
    known = {"HP_BASE_URL": base_url, **{name: value for name, value in known.items() if name != "HP_BASE_URL"}}
    write_env(path, known)
    return known


async def console_invite(platform: Platform, known: dict[str, str]) -> str | None:
    """A link that makes its opener the console's first admin; None once somebody has joined."""
    caller = await tenant_keys.authenticate(
        platform.database.system, platform.clock, known["HP_TENANT_KEY"], platform.settings.deployment.key_prefix
    )
    async with operator_uow(platform, caller.org_id) as uow:
        people, _ = await console_members.list_members(uow, PageRequest(1))
    if people:
        return None
    return await create_invite(platform, caller.org_id, FIRST_ADMIN, "admin", _named(known["HP_BASE_URL"]))


def console_address(known: dict[str, str]) -> str:
    return f"{_named(known['HP_BASE_URL'])}/console"


def _named(address: str) -> str:
    """Browsers keep passkeys for names, not for network addresses."""
    return address.replace("//127.0.0.1", "//localhost")


async def _provisioned_anew(platform: Platform) -> dict[str, str]:
    started = int(platform.clock.now().timestamp())
    credentials = await create_org(platform, ORG_NAME, key=f"sandbox-{started:x}")
    async with operator_uow(platform, credentials.org_id) as uow:
        new = CreateUser(external_id="sandbox-member", first_name="Robin", last_name="Sandbox")
        user_id = await users.register(uow, new)
        await uow.commit()
    async with member_uow(platform, credentials.org_id, user_id) as uow:
        await synthetic.give_past(uow, FIRST_MEMBER)
        await uow.commit()
    return {
        "HP_TENANT_KEY": credentials.tenant_key,
        "HP_SIGNING_SECRET": credentials.signing_secret,
        "HP_USER_ID": str(user_id),
    }
