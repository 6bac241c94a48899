"""Parquet for operators: what is measured of an organization's members, out of the database and back into it."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from healthpartner.core.config import ConfigurationError
from healthpartner.domains.metrics.parquet import service as parquet
from healthpartner.entrypoints.provisioning import member_uow, operator_uow
from healthpartner.web.platform import Platform


async def write(platform: Platform, org_id: UUID, folder: Path, user_id: UUID | None) -> dict[UUID, dict[str, int]]:
    """A folder for each member, named by the member's id; answers the rows of each file."""
    written = {}
    for member in await _members(platform, org_id, user_id):
        async with member_uow(platform, org_id, member) as uow:
            written[member] = await parquet.write(uow, folder / str(member))
    return written


async def restore(platform: Platform, org_id: UUID, folder: Path, user_id: UUID | None) -> tuple[int, int]:
    """Into members that there are, or all into the one that is named; a part is a transaction.

    Answers (parts, samples that were refused, since their days are thinned or older than what is kept).
    """
    done = refused = 0
    for member in await asyncio.to_thread(_folders, folder):
        target = user_id or _named(member)
        for part in parquet.parts(member):
            async with member_uow(platform, org_id, target) as uow:
                refused += await parquet.put(uow, part)
                await uow.commit()
            done += 1
        async with member_uow(platform, org_id, target) as uow:
            await parquet.put_figures(uow, parquet.figures(member))
            await uow.commit()
    return done, refused


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir())


def _named(folder: Path) -> UUID:
    try:
        return UUID(folder.name)
    except ValueError:
        raise ConfigurationError(f"{folder.name} is not the id of a member") from None


async def _members(platform: Platform, org_id: UUID, user_id: UUID | None) -> Sequence[UUID]:
    if user_id is not None:
        return [user_id]
    async with operator_uow(platform, org_id) as uow:
        rows = await uow.fetch("SELECT user_id FROM member WHERE org_id = $1 ORDER BY user_id", org_id)
    return [row["user_id"] for row in rows]
