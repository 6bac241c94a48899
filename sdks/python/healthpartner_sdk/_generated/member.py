"""What may be called for one member.

Written by `make contracts`; change nothing here.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from healthpartner_sdk._generated import models, sent
from healthpartner_sdk.calls import OMITTED, Call, Omitted, Page, segment
from healthpartner_sdk.sender import Sender


class MemberOperations(Sender):
    """What may be called for one member."""

    def create_data_export(self) -> models.JobAccepted:
        """Export everything held about the member as a ZIP (NDJSON + FHIR R4 bundle). Poll the job: its result holds `download_url`, `expires_at`, `size_bytes` and the number of records by file. `data_export.ready` says when it is done. The file is kept for 24 hours, or until the next export replaces it."""
        return self._send(Call("POST", f"/v1/users/{self.user_id}/data-exports", keyed=True), models.JobAccepted)

    def create_upload(
        self,
        *,
        content_type: Literal[
            "application/pdf",
            "image/jpeg",
            "image/png",
            "image/webp",
            "application/zip",
            "application/xml",
            "application/octet-stream",
        ],
        filename: str,
    ) -> models.UploadCreated:
        """One-time upload URL (15 min; 20 MB; pdf/jpeg/png/webp). PUT the bytes to `upload_url`, then name the file by its `file_url`, which is an identifier and not an address. With a member's token the file is that member's; with a tenant key any member of the tenant may name it. Exports of health apps (zip, xml or octet-stream) may be larger than documents."""
        return self._send(
            Call("POST", "/v1/uploads", body={"content_type": content_type, "filename": filename}, keyed=True),
            models.UploadCreated,
        )

    def delete_measurement(
        self,
        sample_id: str,
        metric: Literal["activity/summary", "body/summary", "sleep/summary", "workouts/summary", "timeseries"],
    ) -> None:
        """Delete a partner-stamped entry. Only what you have sent yourself. Every `client_id` that told of it is free again afterwards: those of corrections, and, as a measure of a body entry is a sample of its timeseries too, those of the other kind. When one measure of a body entry is deleted as a sample, the entry's `client_id` is free, and to send the entry again stores that measure again."""
        self._do(
            Call(
                "DELETE",
                f"/v1/users/{self.user_id}/metrics/{segment(metric)}/measurements/{segment(sample_id)}",
                keyed=True,
            )
        )

    def delete_user(self) -> None:
        """Irreversibly purge the member and all member-scoped data. The token is dead at once. Files follow within moments; only a tombstone without personal data remains."""
        self._do(Call("DELETE", f"/v1/users/{self.user_id}", keyed=True))

    def get_download(self, download_token: str) -> Iterator[bytes]:
        """Where the embedded file store hands a file out (object stores use their own signed URL). The address comes from the operation that offers the file, and is the only credential needed."""
        return self._stream(Call("GET", f"/v1/downloads/{segment(download_token)}", anonymous=True))

    def get_job(self, job_id: UUID | str) -> models.Job:
        """Poll an async job. `progress` while it runs, where the job reports any; `result` at its end: of a failed job `{error, reason}`."""
        return self._send(Call("GET", f"/v1/users/{self.user_id}/jobs/{segment(job_id)}"), models.Job)

    def get_jwks(self) -> models.JsonWebKeySet:
        """Public keys that verify member tokens."""
        return self._send(Call("GET", "/.well-known/jwks.json", anonymous=True, bare=True), models.JsonWebKeySet)

    def get_measurement(
        self,
        sample_id: str,
        metric: Literal["activity/summary", "body/summary", "sleep/summary", "workouts/summary", "timeseries"],
    ) -> models.Measurement:
        """One entry by server id or client_id ({metric} contains a slash). The entry as its source told it, whatever other sources say about the same time."""
        return self._send(
            Call("GET", f"/v1/users/{self.user_id}/metrics/{segment(metric)}/measurements/{segment(sample_id)}"),
            models.Measurement,
        )

    def get_privacy_settings(self) -> models.PrivacySettings:
        """Read consent settings."""
        return self._send(Call("GET", f"/v1/users/{self.user_id}/privacy-settings"), models.PrivacySettings)

    def get_profile(self) -> models.HealthProfile:
        """One-call read model for a member dashboard."""
        return self._send(Call("GET", f"/v1/users/{self.user_id}/health-profile"), models.HealthProfile)

    def get_user(self) -> models.User:
        """Read the member's profile."""
        return self._send(Call("GET", f"/v1/users/{self.user_id}"), models.User)

    def import_health_export(
        self,
        *,
        file_url: str,
        format: Literal[
            "apple_health",
            "fit",
            "fitabase",
            "fitbit_api",
            "fitbit_takeout",
            "garmin_connect",
            "gpx",
            "health_connect",
            "strava_api",
            "tcx",
            "withings_api",
        ]
        | Omitted
        | None = OMITTED,
    ) -> models.JobAccepted:
        """Import an uploaded export file (Apple Health, Health Connect, Google Takeout Fitbit; FIT; TCX; GPX). Poll the job for progress and the report; repeating an import adds nothing twice. The uploaded file is deleted once it is imported, or refused for what it is. A file that breaks off is imported up to there, and the report says where. Imported are, with the `format` they show by themselves: `apple_health` (records, sleep, workouts with their routes, activity summaries), `health_connect` (Android's export, a zip with a database), `fitbit_takeout` (Google Takeout's archive of Fitbit data), `fit` (activities with laps and routes, monitoring, scales), `tcx` and `gpx` (tracks with heart rate, cadence, power, speed and laps), `fitabase` (tables of days, nights without times and weights), and the bodies of providers' APIs that people save: `fitbit_api`, `withings_api`, `garmin_connect`, `strava_api`."""
        return self._send(
            Call(
                "POST",
                f"/v1/users/{self.user_id}/devices/imports",
                body={"file_url": file_url, "format": format},
                keyed=True,
            ),
            models.JobAccepted,
        )

    def ingest_activity_summary(
        self, *, data: list[sent.ActivityItem] | list[dict[str, Any]], is_backfill: bool | Omitted = OMITTED
    ) -> list[models.ItemResult]:
        """Ingest up to 500 daily activity items. One result for each item, in order. A later item for the same day corrects what it names and keeps the rest."""
        return self._send(
            Call(
                "POST",
                f"/v1/users/{self.user_id}/metrics/activity/summary",
                body={"data": data, "is_backfill": is_backfill},
                keyed=True,
            ),
            list[models.ItemResult],
        )

    def ingest_body_summary(
        self, *, data: list[sent.BodyItem] | list[dict[str, Any]], is_backfill: bool | Omitted = OMITTED
    ) -> list[models.ItemResult]:
        """Ingest up to 500 body items. One result for each item, in order. A later item for the same instant corrects what it names and keeps the rest. Each measure is a sample of its timeseries, too."""
        return self._send(
            Call(
                "POST",
                f"/v1/users/{self.user_id}/metrics/body/summary",
                body={"data": data, "is_backfill": is_backfill},
                keyed=True,
            ),
            list[models.ItemResult],
        )

    def ingest_sleep_summary(
        self, *, data: list[sent.SleepItem] | list[dict[str, Any]], is_backfill: bool | Omitted = OMITTED
    ) -> list[models.ItemResult]:
        """Ingest up to 500 nights (optional stage_intervals). One result for each item, in order; what is wrong with one does not touch the others."""
        return self._send(
            Call(
                "POST",
                f"/v1/users/{self.user_id}/metrics/sleep/summary",
                body={"data": data, "is_backfill": is_backfill},
                keyed=True,
            ),
            list[models.ItemResult],
        )

    def ingest_timeseries(
        self,
        metric: str,
        *,
        data: list[sent.TimeseriesItem] | list[dict[str, Any]],
        is_backfill: bool | Omitted = OMITTED,
    ) -> list[models.ItemResult]:
        """Ingest up to 1000 samples. One result for each item, in order. A unit that the metric is not measured in refuses the whole call. A `client_id` is one name for all metrics of a member: one that stands for steps is `rejected` for heart rate, so use `{metric}-{instant}` or UUIDs. Another item for the same metric and `start` corrects the first one and is not added to it: send what belongs to one moment, such as two servings, as one item or with starts of their own. Samples with different starts that overlap add up where the metric is a sum."""
        return self._send(
            Call(
                "POST",
                f"/v1/users/{self.user_id}/metrics/{segment(metric)}/timeseries",
                body={"data": data, "is_backfill": is_backfill},
                keyed=True,
            ),
            list[models.ItemResult],
        )

    def ingest_workout_summary(
        self, *, data: list[sent.WorkoutItem] | list[dict[str, Any]], is_backfill: bool | Omitted = OMITTED
    ) -> list[models.ItemResult]:
        """Ingest up to 500 sessions. One result for each item, in order; what is wrong with one does not touch the others."""
        return self._send(
            Call(
                "POST",
                f"/v1/users/{self.user_id}/metrics/workouts/summary",
                body={"data": data, "is_backfill": is_backfill},
                keyed=True,
            ),
            list[models.ItemResult],
        )

    def list_activity_summary(
        self,
        *,
        limit: int | Omitted = OMITTED,
        offset: int | Omitted = OMITTED,
        cursor: str | Omitted = OMITTED,
        start_date: date | Omitted = OMITTED,
        end_date: date | Omitted = OMITTED,
        type: Literal[
            "steps", "distance_meters", "active_calories", "total_calories", "floors", "heart_rate", "intensity_minutes"
        ]
        | Omitted = OMITTED,
        provider: str | Omitted = OMITTED,
        explain: bool | Omitted = OMITTED,
    ) -> Page[models.ActivityRow]:
        """Daily activity rollups. The member's local days, newest first. Sources that overlap are counted once: the highest of them decides, others count where it has not measured, and a source's own total of a day is never added to samples."""
        return self._send(
            Call(
                "GET",
                f"/v1/users/{self.user_id}/metrics/activity/summary",
                query={
                    "limit": limit,
                    "offset": offset,
                    "cursor": cursor,
                    "start_date": start_date,
                    "end_date": end_date,
                    "type": type,
                    "provider": provider,
                    "explain": explain,
                },
            ),
            Page[models.ActivityRow],
        )

    def iter_activity_summary(
        self,
        *,
        limit: int | Omitted = OMITTED,
        start_date: date | Omitted = OMITTED,
        end_date: date | Omitted = OMITTED,
        type: Literal[
            "steps", "distance_meters", "active_calories", "total_calories", "floors", "heart_rate", "intensity_minutes"
        ]
        | Omitted = OMITTED,
        provider: str | Omitted = OMITTED,
        explain: bool | Omitted = OMITTED,
    ) -> Iterator[models.ActivityRow]:
        """Every row of `list_activity_summary`, page by page."""
        return self._pages(
            Call(
                "GET",
                f"/v1/users/{self.user_id}/metrics/activity/summary",
                query={
                    "limit": limit,
                    "start_date": start_date,
                    "end_date": end_date,
                    "type": type,
                    "provider": provider,
                    "explain": explain,
                },
            ),
            models.ActivityRow,
        )

    def list_activity_types(self) -> list[models.ActivityType]:
        """Sport catalogue."""
        return self._send(Call("GET", "/v1/activity-types"), list[models.ActivityType])

    def list_body_summary(
        self,
        *,
        limit: int | Omitted = OMITTED,
        offset: int | Omitted = OMITTED,
        cursor: str | Omitted = OMITTED,
        start_date: date | Omitted = OMITTED,
        end_date: date | Omitted = OMITTED,
        provider: str | Omitted = OMITTED,
        explain: bool | Omitted = OMITTED,
    ) -> Page[models.BodyRow]:
        """Body measurements. What was measured at one moment is one row, newest first. Where several sources tell the same measure of the same minute, that of the highest is shown."""
        return self._send(
            Call(
                "GET",
                f"/v1/users/{self.user_id}/metrics/body/summary",
                query={
                    "limit": limit,
                    "offset": offset,
                    "cursor": cursor,
                    "start_date": start_date,
                    "end_date": end_date,
                    "provider": provider,
                    "explain": explain,
                },
            ),
            Page[models.BodyRow],
        )

    def iter_body_summary(
        self,
        *,
        limit: int | Omitted = OMITTED,
        start_date: date | Omitted = OMITTED,
        end_date: date | Omitted = OMITTED,
        provider: str | Omitted = OMITTED,
        explain: bool | Omitted = OMITTED,
    ) -> Iterator[models.BodyRow]:
        """Every row of `list_body_summary`, page by page."""
        return self._pages(
            Call(
                "GET",
                f"/v1/users/{self.user_id}/metrics/body/summary",
                query={
                    "limit": limit,
                    "start_date": start_date,
                    "end_date": end_date,
                    "provider": provider,
                    "explain": explain,
                },
            ),
            models.BodyRow,
        )

    def list_metrics(self) -> list[models.MetricInfo]:
        """Metric catalogue: slug / canonical unit / aggregation / bounds."""
        return self._send(Call("GET", "/v1/metrics"), list[models.MetricInfo])

    def list_sleep_stream(
        self,
        *,
        limit: int | Omitted = OMITTED,
        offset: int | Omitted = OMITTED,
        cursor: str | Omitted = OMITTED,
        start_date: date | Omitted = OMITTED,
        end_date: date | Omitted = OMITTED,
        provider: str | Omitted = OMITTED,
    ) -> Page[models.SleepStream]:
        """Stage segments per night. The stages of the nights and naps that the summaries are made of, in the same order."""
        return self._send(
            Call(
                "GET",
                f"/v1/users/{self.user_id}/metrics/sleep/stream",
                query={
                    "limit": limit,
                    "offset": offset,
                    "cursor": cursor,
                    "start_date": start_date,
                    "end_date": end_date,
                    "provider": provider,
                },
            ),
            Page[models.SleepStream],
        )

    def iter_sleep_stream(
        self,
        *,
        limit: int | Omitted = OMITTED,
        start_date: date | Omitted = OMITTED,
        end_date: date | Omitted = OMITTED,
        provider: str | Omitted = OMITTED,
    ) -> Iterator[models.SleepStream]:
        """Every row of `list_sleep_stream`, page by page."""
        return self._pages(
            Call(
                "GET",
                f"/v1/users/{self.user_id}/metrics/sleep/stream",
                query={"limit": limit, "start_date": start_date, "end_date": end_date, "provider": provider},
            ),
            models.SleepStream,
        )

    def list_sleep_summary(
        self,
        *,
        limit: int | Omitted = OMITTED,
        offset: int | Omitted = OMITTED,
        cursor: str | Omitted = OMITTED,
        start_date: date | Omitted = OMITTED,
        end_date: date | Omitted = OMITTED,
        provider: str | Omitted = OMITTED,
        explain: bool | Omitted = OMITTED,
    ) -> Page[models.SleepRow]:
        """Nightly sleep summaries. Nights, on the local day of waking, and naps, newest first. Sessions of all sources that belong together are one row, in which every moment counts once; with `provider` each session of that provider is a row, as it was told."""
        return self._send(
            Call(
                "GET",
                f"/v1/users/{self.user_id}/metrics/sleep/summary",
                query={
                    "limit": limit,
                    "offset": offset,
                    "cursor": cursor,
                    "start_date": start_date,
                    "end_date": end_date,
                    "provider": provider,
                    "explain": explain,
                },
            ),
            Page[models.SleepRow],
        )

    def iter_sleep_summary(
        self,
        *,
        limit: int | Omitted = OMITTED,
        start_date: date | Omitted = OMITTED,
        end_date: date | Omitted = OMITTED,
        provider: str | Omitted = OMITTED,
        explain: bool | Omitted = OMITTED,
    ) -> Iterator[models.SleepRow]:
        """Every row of `list_sleep_summary`, page by page."""
        return self._pages(
            Call(
                "GET",
                f"/v1/users/{self.user_id}/metrics/sleep/summary",
                query={
                    "limit": limit,
                    "start_date": start_date,
                    "end_date": end_date,
                    "provider": provider,
                    "explain": explain,
                },
            ),
            models.SleepRow,
        )

    def list_timeseries(
        self,
        metric: str,
        *,
        start_time: datetime,
        end_time: datetime,
        granularity: Literal["raw", "five_minute", "fifteen_minute", "one_hour", "one_day"] | Omitted = OMITTED,
        provider: str | Omitted = OMITTED,
        limit: int | Omitted = OMITTED,
        offset: int | Omitted = OMITTED,
        cursor: str | Omitted = OMITTED,
    ) -> Page[models.TimeseriesRow]:
        """Sub-daily series raw or bucketed. Raw rows are those of every source. Spans count each moment once: of sources that overlap, the partner's own data comes before a vendor's, and that before what a phone has collected; a lower source counts for the share of time that no higher one has measured. `one_day` gives each of the member's local days that the window touches, whole, as summaries of days do: also what a source says about a whole day counts, with `samples` 0 where that is the figure. `distance` is all kinds of distance together."""
        return self._send(
            Call(
                "GET",
                f"/v1/users/{self.user_id}/metrics/{segment(metric)}/timeseries",
                query={
                    "start_time": start_time,
                    "end_time": end_time,
                    "granularity": granularity,
                    "provider": provider,
                    "limit": limit,
                    "offset": offset,
                    "cursor": cursor,
                },
            ),
            Page[models.TimeseriesRow],
        )

    def iter_timeseries(
        self,
        metric: str,
        *,
        start_time: datetime,
        end_time: datetime,
        granularity: Literal["raw", "five_minute", "fifteen_minute", "one_hour", "one_day"] | Omitted = OMITTED,
        provider: str | Omitted = OMITTED,
        limit: int | Omitted = OMITTED,
    ) -> Iterator[models.TimeseriesRow]:
        """Every row of `list_timeseries`, page by page."""
        return self._pages(
            Call(
                "GET",
                f"/v1/users/{self.user_id}/metrics/{segment(metric)}/timeseries",
                query={
                    "start_time": start_time,
                    "end_time": end_time,
                    "granularity": granularity,
                    "provider": provider,
                    "limit": limit,
                },
            ),
            models.TimeseriesRow,
        )

    def list_user_devices(
        self, *, limit: int | Omitted = OMITTED, offset: int | Omitted = OMITTED, cursor: str | Omitted = OMITTED
    ) -> Page[models.LinkedDevice]:
        """Linked devices."""
        return self._send(
            Call(
                "GET", f"/v1/users/{self.user_id}/devices", query={"limit": limit, "offset": offset, "cursor": cursor}
            ),
            Page[models.LinkedDevice],
        )

    def iter_user_devices(self, *, limit: int | Omitted = OMITTED) -> Iterator[models.LinkedDevice]:
        """Every row of `list_user_devices`, page by page."""
        return self._pages(
            Call("GET", f"/v1/users/{self.user_id}/devices", query={"limit": limit}), models.LinkedDevice
        )

    def list_workout_summary(
        self,
        *,
        limit: int | Omitted = OMITTED,
        offset: int | Omitted = OMITTED,
        cursor: str | Omitted = OMITTED,
        start_date: date | Omitted = OMITTED,
        end_date: date | Omitted = OMITTED,
        sport: str | Omitted = OMITTED,
        provider: str | Omitted = OMITTED,
        explain: bool | Omitted = OMITTED,
    ) -> Page[models.WorkoutRow]:
        """Measured workout sessions. Sessions on the local day of their start, newest first. Copies that several sources hold of one session are one row; with `provider` each workout of that provider is a row, as it was told."""
        return self._send(
            Call(
                "GET",
                f"/v1/users/{self.user_id}/metrics/workouts/summary",
                query={
                    "limit": limit,
                    "offset": offset,
                    "cursor": cursor,
                    "start_date": start_date,
                    "end_date": end_date,
                    "sport": sport,
                    "provider": provider,
                    "explain": explain,
                },
            ),
            Page[models.WorkoutRow],
        )

    def iter_workout_summary(
        self,
        *,
        limit: int | Omitted = OMITTED,
        start_date: date | Omitted = OMITTED,
        end_date: date | Omitted = OMITTED,
        sport: str | Omitted = OMITTED,
        provider: str | Omitted = OMITTED,
        explain: bool | Omitted = OMITTED,
    ) -> Iterator[models.WorkoutRow]:
        """Every row of `list_workout_summary`, page by page."""
        return self._pages(
            Call(
                "GET",
                f"/v1/users/{self.user_id}/metrics/workouts/summary",
                query={
                    "limit": limit,
                    "start_date": start_date,
                    "end_date": end_date,
                    "sport": sport,
                    "provider": provider,
                    "explain": explain,
                },
            ),
            models.WorkoutRow,
        )

    def put_upload_content(
        self, upload_id: UUID | str, content: bytes, *, token: str | Omitted = OMITTED
    ) -> models.UploadStored:
        """Where the embedded file store receives the bytes (object stores use their own signed URL). The body is the file itself. It must be what was declared; a refused or broken upload may be repeated in time."""
        return self._send(
            Call(
                "PUT",
                f"/v1/uploads/{segment(upload_id)}/content",
                query={"token": token},
                content=content,
                keyed=True,
                anonymous=True,
            ),
            models.UploadStored,
        )

    def register_native_platform(
        self, *, platform: Literal["apple_health_kit", "health_connect"]
    ) -> models.NativeRegistered:
        """Link Apple Health / Health Connect after OS permission."""
        return self._send(
            Call("POST", f"/v1/users/{self.user_id}/devices/actions/register", body={"platform": platform}, keyed=True),
            models.NativeRegistered,
        )

    def update_privacy_settings(self, *, conversation_recording_opt_in: bool | Omitted = OMITTED) -> None:
        """Change consent settings; applies to future sessions."""
        self._do(
            Call(
                "PATCH",
                f"/v1/users/{self.user_id}/privacy-settings",
                body={"conversation_recording_opt_in": conversation_recording_opt_in},
                keyed=True,
            )
        )

    def update_user(
        self,
        *,
        birthday: date | Omitted | None = OMITTED,
        email: str | Omitted | None = OMITTED,
        ethnicity: str | Omitted | None = OMITTED,
        gender: Literal["male", "female", "non_binary", "other", "prefer_not_to_say"] | Omitted | None = OMITTED,
        height: float | Omitted | None = OMITTED,
        height_unit: Literal["cm", "in"] | Omitted | None = OMITTED,
        location: sent.Location | dict[str, Any] | Omitted | None = OMITTED,
        name: str | Omitted | None = OMITTED,
        phone: str | Omitted | None = OMITTED,
        pre_existing_conditions: list[dict[str, Any]] | Omitted | None = OMITTED,
        preferences: str | Omitted | None = OMITTED,
        timezone: str | Omitted | None = OMITTED,
        weight: float | Omitted | None = OMITTED,
        weight_unit: Literal["kg", "lb"] | Omitted | None = OMITTED,
    ) -> None:
        """Change any subset of the profile."""
        self._do(
            Call(
                "PATCH",
                f"/v1/users/{self.user_id}",
                body={
                    "birthday": birthday,
                    "email": email,
                    "ethnicity": ethnicity,
                    "gender": gender,
                    "height": height,
                    "height_unit": height_unit,
                    "location": location,
                    "name": name,
                    "phone": phone,
                    "pre_existing_conditions": pre_existing_conditions,
                    "preferences": preferences,
                    "timezone": timezone,
                    "weight": weight,
                    "weight_unit": weight_unit,
                },
                keyed=True,
            )
        )
