"""What uploads hold about a member outside of the database."""

from uuid import UUID

from healthpartner.domains.uploads import rules
from healthpartner.gateways.files.contract import FileStore


async def erase_files(files: FileStore, org_id: UUID, user_id: UUID) -> int:
    """Removes every file of the member and tells how many there were; the rows go with the member's own."""
    return await files.delete_prefix(rules.folder(org_id, user_id))
