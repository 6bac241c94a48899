"""The data of events, by type.

Written by `make contracts`; change nothing here.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct


class ApiDeprecationAnnounced(Struct, frozen=True, kw_only=True):
    """A version, route or field will go: announced, then deprecated, then gone at `sunset_at`."""

    announced_at: str
    deprecated_at: str
    deprecation_id: str
    documentation_url: str
    kind: str
    maintained_until: str
    replacement: str | None
    subject: str
    sunset_at: str


class BioAgeUpdated(Struct, frozen=True, kw_only=True):
    """A member's biological age was computed anew and can be fetched."""

    date: date
    method: str


class NudgeTarget(Struct, frozen=True, kw_only=True):
    """The card or health action that the nudge is about."""

    id: UUID
    type: str


class CoachNudgeCreated(Struct, frozen=True, kw_only=True):
    """The coach has something for a member. `data` is the whole card or action, only with the `inline` contract."""

    data: dict[str, Any] | None = None
    delivery_contract: str
    target: NudgeTarget
    trigger_name: str


class DataExportReady(Struct, frozen=True, kw_only=True):
    """An export of everything held about the member can be fetched; the job's result holds its address."""

    expires_at: str
    job_id: UUID
    size_bytes: int


class DeviceBackfillCompleted(Struct, frozen=True, kw_only=True):
    """A member's history has arrived. The days are the first and last UTC days with samples, null without any."""

    first_day: date | None
    job_id: UUID
    last_day: date | None
    provider: str
    records_read: int
    samples_added: int


class DeviceConnectionUpdated(Struct, frozen=True, kw_only=True):
    """A member's connection to a provider was made, failed or ended."""

    provider_slug: str
    status: str


class DeviceDailyDataUpdated(Struct, frozen=True, kw_only=True):
    """New samples of a member, or some taken back. `days` are calendar days where the samples were taken."""

    days: list[date]
    metrics: list[str]
    provider: str
    samples_added: int
    samples_removed: int | None = None


class HealthScoreUpdated(Struct, frozen=True, kw_only=True):
    """A member's health score was computed anew; the score of the day can be fetched."""

    date: date
    method: str


class LabResultFailed(Struct, frozen=True, kw_only=True):
    """A lab document could not be analysed; `error` is a code, `reason` says it in words."""

    error: str
    lab_result_id: UUID
    reason: str
    status: str


class LabResultReady(Struct, frozen=True, kw_only=True):
    """A lab document was analysed; the lab result holds its values."""

    lab_name: str | None
    lab_result_id: UUID
    status: str
    test_date: date | None


class MealAnalysisReady(Struct, frozen=True, kw_only=True):
    """The analysis of a meal has ended; it can be fetched when its status is `ready`."""

    job_id: UUID
    meal_id: UUID
    status: str


class MemberDeleted(Struct, frozen=True, kw_only=True):
    """Everything held about the member is gone; this event alone still holds the id."""

    user_id: UUID


class MonthlyReportReady(Struct, frozen=True, kw_only=True):
    """The report of a month can be fetched."""

    month: str


class NutritionPlanUpdated(Struct, frozen=True, kw_only=True):
    """A nutrition plan was made or became inactive."""

    job_id: UUID | None
    nutrition_plan_id: UUID
    status: str


class ProgramUpdated(Struct, frozen=True, kw_only=True):
    """A member's program or its priorities changed; `changed` says what."""

    changed: list[str]
    program_id: UUID


class QueueDeliveryExhausted(Struct, frozen=True, kw_only=True):
    """An event was given up after its last attempt; the event log has it, `failed`. Told at most once a day."""

    destination_type: str
    failing_since: str | None
    outcome: str | None
    queue_name: str


class QueueDeliveryFailing(Struct, frozen=True, kw_only=True):
    """A destination has taken nothing for five minutes. Until it does, new events wait, and a probe goes out each minute."""

    destination_type: str
    failing_since: str | None
    outcome: str | None
    queue_name: str


class QueueDeliveryRecovered(Struct, frozen=True, kw_only=True):
    """A destination that kept failing takes events again; what waited follows, oldest first."""

    destination_type: str
    failing_since: str | None
    outcome: str | None
    queue_name: str


class QueueTest(Struct, frozen=True, kw_only=True):
    """A partner's destination is being tried out; `queue_name` is the stream that it would carry."""

    queue_name: str
    test: bool | None = None


class WorkoutUpdated(Struct, frozen=True, kw_only=True):
    """A planned workout was made, logged or analysed."""

    change: str
    workout_id: UUID
    workout_plan_id: UUID | None


class WorkoutPlanUpdated(Struct, frozen=True, kw_only=True):
    """A workout plan was made, ended or archived."""

    job_id: UUID | None
    status: str
    workout_plan_id: UUID


DATA_BY_TYPE: dict[str, type[Struct]] = {
    "api.deprecation.announced": ApiDeprecationAnnounced,
    "bio_age.updated": BioAgeUpdated,
    "coach.nudge.created": CoachNudgeCreated,
    "data_export.ready": DataExportReady,
    "device.backfill.completed": DeviceBackfillCompleted,
    "device.connection.updated": DeviceConnectionUpdated,
    "device.daily_data.updated": DeviceDailyDataUpdated,
    "health_score.updated": HealthScoreUpdated,
    "lab.result.failed": LabResultFailed,
    "lab.result.ready": LabResultReady,
    "meal.analysis.ready": MealAnalysisReady,
    "member.deleted": MemberDeleted,
    "monthly_report.ready": MonthlyReportReady,
    "nutrition_plan.updated": NutritionPlanUpdated,
    "program.updated": ProgramUpdated,
    "queue.delivery.exhausted": QueueDeliveryExhausted,
    "queue.delivery.failing": QueueDeliveryFailing,
    "queue.delivery.recovered": QueueDeliveryRecovered,
    "queue.test": QueueTest,
    "workout.updated": WorkoutUpdated,
    "workout_plan.updated": WorkoutPlanUpdated,
}
