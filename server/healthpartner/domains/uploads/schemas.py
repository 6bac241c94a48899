"""Uploads as clients see them, and as other domains use them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

DocumentType = Literal["application/pdf", "image/jpeg", "image/png", "image/webp"]
ImportType = Literal["application/zip", "application/xml", "application/octet-stream"]
FileUrl = Annotated[
    str, Meta(min_length=1, max_length=500, description="The `file_url` of an upload of this member or tenant.")
]


class CreateUpload(Struct, frozen=True):
    filename: Annotated[str, Meta(min_length=1, max_length=255)]
    content_type: DocumentType | ImportType


class UploadCreated(Struct, frozen=True):
    """`upload_url` takes one PUT until `expires_at`; `file_url` is what to name the file by afterwards."""

    upload_url: str
    file_url: str
    expires_at: datetime


class UploadStored(Struct, frozen=True):
    """`size` in bytes."""

    file_url: str
    size: int


class Upload(Struct, frozen=True):
    """A stored file and its key in the file store."""

    upload_id: UUID
    key: str
    filename: str
    content_type: str
    size: int


class Slot(Struct, frozen=True):
    """An address that waits for its bytes."""

    org_id: UUID
    user_id: UUID | None
    upload_id: UUID
    content_type: str
    maximum_bytes: int
    status: str
    expires_at: datetime
