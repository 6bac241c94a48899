"""Decisions about uploads, on plain values."""

import re
from typing import get_args
from uuid import UUID

from healthpartner.core.config.files import FileSettings
from healthpartner.domains.uploads.schemas import ImportType

_FILE_URL = re.compile(r"https?://[^\s?#]+/v1/uploads/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/content")


def file_key(org_id: UUID, user_id: UUID | None, upload_id: UUID) -> str:
    return f"{folder(org_id, user_id)}/{upload_id}"


def folder(org_id: UUID, user_id: UUID | None) -> str:
    return f"{org_id}/{user_id or '_org'}"


def maximum_bytes(content_type: str, settings: FileSettings) -> int:
    is_import = content_type in get_args(ImportType)
    return settings.maximum_import_bytes if is_import else settings.maximum_document_bytes


def content_url(base_url: str, upload_id: UUID) -> str:
    return f"{base_url.rstrip('/')}/v1/uploads/{upload_id}/content"


def upload_id_of(file_url: str) -> UUID | None:
    """The id in a `file_url`, whatever address this deployment had when it was made."""
    found = _FILE_URL.fullmatch(file_url)
    return UUID(found.group(1)) if found else None
