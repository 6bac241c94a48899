"""The worker's part of an erasure: removing the member's files, which no transaction reaches."""

from collections.abc import Awaitable, Callable, Mapping

from healthpartner.core.jobs.queue import Ticket
from healthpartner.domains.privacy.erasure import ERASE_FILES
from healthpartner.gateways.files.contract import FileStore


async def erase_files(files: FileStore, ticket: Ticket) -> None:
    """The ticket's job is the member who was erased."""
    await files.delete_prefix(f"{ticket.org_id}/{ticket.job_id}")


JOBS: Mapping[str, Callable[[FileStore, Ticket], Awaitable[None]]] = {ERASE_FILES: erase_files}
