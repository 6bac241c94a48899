"""Jobs as members see them, and what a job is given to work with."""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from healthpartner.core.clock import Clock
from healthpartner.core.config import Settings
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.gateways.files.contract import FileStore

JobStatus = Literal["accepted", "running", "completed", "failed"]


class JobAccepted(Struct, frozen=True):
    job_id: UUID
    status: Literal["accepted"] = "accepted"


class Job(Struct, frozen=True):
    """`result` of a failed job is `{error, reason}`."""

    job_id: UUID
    status: JobStatus
    progress: dict[str, Any] | UnsetType = UNSET
    result: dict[str, Any] | UnsetType = UNSET


class JobFailure(Struct, frozen=True):
    """`error` is a stable code; `reason` is for people and holds no health data."""

    error: str
    reason: str


@dataclass(frozen=True)
class JobResources:
    """What every job may use."""

    database: Database
    clock: Clock
    keyring: Keyring
    files: FileStore
    settings: Settings


@dataclass(frozen=True)
class JobContext:
    """One attempt at one job, which ends it by `service.complete` in the transaction of its last data.

    `progress` is what the attempts before have reported; `input` and `progress` are as they came from JSON.
    """

    resources: JobResources
    org_id: UUID
    user_id: UUID | None
    job_id: UUID
    input: dict[str, Any]
    attempt: int
    progress: dict[str, Any]

    def uow(self) -> UnitOfWork:
        """A unit of work on behalf of the job's member, or of the organisation; commit it yourself."""
        resources = self.resources
        return UnitOfWork(resources.database.tenants, resources.clock, self.org_id, user_id=self.user_id)
