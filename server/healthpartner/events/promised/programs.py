"""What programs, plans, reports and scores will announce: ids and days, no values."""

import datetime as dt
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from msgspec import Meta

from healthpartner.events.event import Event, Stream

_ID = "0199a1f0-7c4e-7d2a-9b7e-3f1d2c4b5a63"
_JOB_ID = "0199a1f0-7c4e-7d2a-9b7e-3f1d2c4b5a60"


class ProgramUpdated(Event, frozen=True):
    """A member's program or its priorities changed; `changed` says what."""

    type: ClassVar[str] = "program.updated"
    stream: ClassVar[Stream] = "program_updates"
    available: ClassVar[bool] = False
    example: ClassVar[dict[str, Any]] = {"program_id": _ID, "changed": ["priorities"]}

    program_id: UUID
    changed: list[Literal["focus_categories", "goals", "priorities"]]


class WorkoutPlanUpdated(Event, frozen=True):
    """A workout plan was made, ended or archived."""

    type: ClassVar[str] = "workout_plan.updated"
    stream: ClassVar[Stream] = "program_updates"
    available: ClassVar[bool] = False
    example: ClassVar[dict[str, Any]] = {"workout_plan_id": _ID, "status": "active", "job_id": _JOB_ID}

    workout_plan_id: UUID
    status: Literal["active", "ended", "archived", "draft"]
    job_id: UUID | None


class WorkoutUpdated(Event, frozen=True):
    """A planned workout was made, logged or analysed."""

    type: ClassVar[str] = "workout.updated"
    stream: ClassVar[Stream] = "program_updates"
    available: ClassVar[bool] = False
    example: ClassVar[dict[str, Any]] = {"workout_id": _ID, "workout_plan_id": None, "change": "analyzed"}

    workout_id: UUID
    workout_plan_id: UUID | None
    change: Literal["created", "logged", "analyzed"]


class NutritionPlanUpdated(Event, frozen=True):
    """A nutrition plan was made or became inactive."""

    type: ClassVar[str] = "nutrition_plan.updated"
    stream: ClassVar[Stream] = "program_updates"
    available: ClassVar[bool] = False
    example: ClassVar[dict[str, Any]] = {"nutrition_plan_id": _ID, "status": "active", "job_id": _JOB_ID}

    nutrition_plan_id: UUID
    status: Literal["active", "inactive"]
    job_id: UUID | None


class MealAnalysisReady(Event, frozen=True):
    """The analysis of a meal has ended; it can be fetched when its status is `ready`."""

    type: ClassVar[str] = "meal.analysis.ready"
    stream: ClassVar[Stream] = "program_updates"
    available: ClassVar[bool] = False
    example: ClassVar[dict[str, Any]] = {"meal_id": _ID, "job_id": _JOB_ID, "status": "ready"}

    meal_id: UUID
    job_id: UUID
    status: Literal["ready", "failed"]


class MonthlyReportReady(Event, frozen=True):
    """The report of a month can be fetched."""

    type: ClassVar[str] = "monthly_report.ready"
    stream: ClassVar[Stream] = "program_updates"
    available: ClassVar[bool] = False
    example: ClassVar[dict[str, Any]] = {"month": "2026-02"}

    month: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}$")]


class HealthScoreUpdated(Event, frozen=True):
    """A member's health score was computed anew; the score of the day can be fetched."""

    type: ClassVar[str] = "health_score.updated"
    stream: ClassVar[Stream] = "program_updates"
    available: ClassVar[bool] = False
    example: ClassVar[dict[str, Any]] = {"date": "2026-03-14", "method": "v1"}

    date: dt.date
    method: str


class BioAgeUpdated(Event, frozen=True):
    """A member's biological age was computed anew and can be fetched."""

    type: ClassVar[str] = "bio_age.updated"
    stream: ClassVar[Stream] = "program_updates"
    available: ClassVar[bool] = False
    example: ClassVar[dict[str, Any]] = {"date": "2026-03-14", "method": "v1"}

    date: dt.date
    method: str
