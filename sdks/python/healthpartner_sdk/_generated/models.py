"""What operations answer.

Written by `make contracts`; change nothing here.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct


class ActivityRow(Struct, frozen=True, kw_only=True):
    active_calories: float | None = None
    date: date
    distance_meters: float | None = None
    explain: dict[str, list[SourceShare]] | None = None
    floors: float | None = None
    heart_rate: HeartRateOfDay | None = None
    intensity_minutes: IntensityMinutes | None = None
    provider: str | None
    sample_id: UUID | None
    steps: float | None = None
    timezone_offset_minutes: int | None = None
    total_calories: float | None = None


class ActivityType(Struct, frozen=True, kw_only=True):
    name: str
    slug: str


class AuditEntry(Struct, frozen=True, kw_only=True):
    action: str
    actor_id: str | None
    actor_type: str
    entry_id: UUID
    occurred_at: datetime
    request_id: str | None
    subject_id: str | None
    subject_type: str
    user_id: UUID | None


class BodyRow(Struct, frozen=True, kw_only=True):
    bmi: float | None = None
    body_fat_percent: float | None = None
    body_water_percent: float | None = None
    date: date
    device: str | None = None
    explain: dict[str, list[SourceShare]] | None = None
    lean_mass_kg: float | None = None
    measured_at: datetime
    muscle_mass_kg: float | None = None
    provider: str
    sample_id: UUID
    timezone_offset_minutes: int | None = None
    visceral_fat: float | None = None
    waist_circumference_cm: float | None = None
    weight_kg: float | None = None


class ClockAdvanced(Struct, frozen=True, kw_only=True):
    ahead_seconds: int
    events_recorded: int
    members_lived: int
    now: datetime


class ConnectedDevice(Struct, frozen=True, kw_only=True):
    provider_slug: str
    status: str


class ConsoleMember(Struct, frozen=True, kw_only=True):
    created_at: datetime
    email: str
    id: UUID
    name: str | None
    scope: str


class DeliveryAttempt(Struct, frozen=True, kw_only=True):
    attempt: int
    attempted_at: datetime
    latency_ms: int
    outcome: str
    provider_message: str | None
    provider_message_id: str | None
    thin: bool


class DeliveryHealth(Struct, frozen=True, kw_only=True):
    """`pending`: events that wait, for their next attempt or for a destination; `failed`: given up, redeliverable. `state` is null without a destination; `failing`: it has taken nothing for five minutes, and is probed each minute. `failures`: in a row."""

    failed: int
    failing_since: str | None = None
    failures: int | None = None
    last_success_at: str | None
    oldest_pending_seconds: int | None
    paused_at: str | None = None
    pending: int
    state: str | None = None


class EventDelivery(Struct, frozen=True, kw_only=True):
    attempts: list[DeliveryAttempt]
    created_at: datetime
    destination_id: UUID
    destination_type: str | None
    finished_at: datetime | None
    next_attempt_at: datetime | None
    requested: bool
    status: str


class EventDetail(Struct, frozen=True, kw_only=True):
    data: dict[str, Any]
    deliveries: list[EventDelivery]
    event_id: UUID
    event_type: str
    occurred_at: datetime
    status: str
    stream: str
    user_id: UUID | None


class EventEntry(Struct, frozen=True, kw_only=True):
    attempts: int
    delivered_at: datetime | None
    event_id: UUID
    event_type: str
    next_attempt_at: datetime | None
    occurred_at: datetime
    status: str
    stream: str
    user_id: UUID | None


class EventType(Struct, frozen=True, kw_only=True):
    available: bool
    description: str
    event_type: str
    example: dict[str, Any]
    schema: dict[str, Any]
    stream: str


class HealthProfile(Struct, frozen=True, kw_only=True):
    connected_devices: list[ConnectedDevice]
    location: Location | None
    privacy: Privacy
    profile: Profile
    user_id: UUID


class HeartRate(Struct, frozen=True, kw_only=True):
    """Beats a minute."""

    max: float | None = None
    mean: float | None = None
    min: float | None = None
    resting: float | None = None


class HeartRateOfDay(Struct, frozen=True, kw_only=True):
    """In beats per minute."""

    max: float | None = None
    mean: float | None = None
    min: float | None = None
    resting: float | None = None


class IntensityMinutes(Struct, frozen=True, kw_only=True):
    """Minutes of the day by intensity."""

    low: float | None = None
    moderate: float | None = None
    vigorous: float | None = None


class Invite(Struct, frozen=True, kw_only=True):
    accepted_at: datetime | None
    created_at: datetime
    email: str
    expires_at: datetime
    id: UUID
    revoked_at: datetime | None
    scope: str
    status: str
    token_prefix: str


class InviteCreated(Struct, frozen=True, kw_only=True):
    accepted_at: datetime | None
    created_at: datetime
    email: str
    expires_at: datetime
    id: UUID
    invite_url: str
    revoked_at: datetime | None
    scope: str
    status: str
    token_prefix: str


class ItemError(Struct, frozen=True, kw_only=True):
    code: str
    field: str | None = None
    message: str


class ItemResult(Struct, frozen=True, kw_only=True):
    client_id: str | None
    error: ItemError | None = None
    sample_id: str | None = None
    status: str


class Job(Struct, frozen=True, kw_only=True):
    job_id: UUID
    progress: dict[str, Any] | None = None
    result: dict[str, Any] | None = None
    status: str


class JobAccepted(Struct, frozen=True, kw_only=True):
    job_id: UUID
    status: str | None = None


class JsonWebKeySet(Struct, frozen=True, kw_only=True):
    keys: list[dict[str, Any]]


class LinkedDevice(Struct, frozen=True, kw_only=True):
    connected_at: datetime
    device_name: str | None
    last_sync_at: datetime | None
    provider_slug: str
    status: str


class Location(Struct, frozen=True, kw_only=True):
    city: str | None = None
    country: str | None = None
    state: str | None = None


class Measurement(Struct, frozen=True, kw_only=True):
    active_calories: float | None = None
    active_seconds: float | None = None
    asleep_unspecified_seconds: int | None = None
    average_power_watts: float | None = None
    bmi: float | None = None
    body_fat_percent: float | None = None
    body_water_percent: float | None = None
    date: date | None = None
    device: str | None = None
    diastolic: float | None = None
    distance_meters: float | None = None
    duration_seconds: int | None = None
    efficiency_percent: float | None = None
    elevation_gain_meters: float | None = None
    end: datetime | None = None
    explain: dict[str, list[SourceShare]] | None = None
    floors: float | None = None
    heart_rate: HeartRateOfDay | None = None
    hrv_ms: float | None = None
    intensity_minutes: IntensityMinutes | None = None
    is_nap: bool | None = None
    lead: str | None = None
    lean_mass_kg: float | None = None
    measured_at: datetime | None = None
    muscle_mass_kg: float | None = None
    original_unit: str | None = None
    original_value: float | None = None
    provider: str | None = None
    provider_sport: str | None = None
    providers: list[str] | None = None
    respiratory_rate: float | None = None
    sample_id: UUID
    samples: int | None = None
    segments: list[SegmentRow] | None = None
    sensor_location: str | None = None
    sport: ActivityType | None = None
    stages: StageTotals | None = None
    start: datetime | None = None
    steps: float | None = None
    systolic: float | None = None
    time_in_bed_seconds: int | None = None
    timezone_offset_minutes: int | None = None
    title: str | None = None
    total_calories: float | None = None
    unit: str | None = None
    value: float | None = None
    visceral_fat: float | None = None
    waist_circumference_cm: float | None = None
    weight_kg: float | None = None


class MemberToken(Struct, frozen=True, kw_only=True):
    access_token: str
    expires_at: datetime
    expires_in: int
    scope: str
    token_type: str


class MetricInfo(Struct, frozen=True, kw_only=True):
    accepted_units: list[str]
    aggregation: str
    components: list[str]
    description: str
    domain: str
    loinc: str | None
    maximum: float
    minimum: float
    name: str
    slug: str
    ucum: str
    unit: str


class NativeRegistered(Struct, frozen=True, kw_only=True):
    backfill_status: str
    health_data_user_id: UUID
    provider_slug: str


class Organization(Struct, frozen=True, kw_only=True):
    created_at: datetime
    id: UUID
    key: str
    member_count: int
    name: str


class Pagination(Struct, frozen=True, kw_only=True):
    limit: int
    next_cursor: str | None = None
    offset: int
    total: int


class Privacy(Struct, frozen=True, kw_only=True):
    conversation_recording_opt_in: bool


class PrivacySettings(Struct, frozen=True, kw_only=True):
    conversation_recording_opt_in: bool


class Profile(Struct, frozen=True, kw_only=True):
    birthday: date | None = None
    email: str | None = None
    ethnicity: str | None = None
    gender: str | None = None
    height: float | None = None
    height_unit: str | None = None
    location: Location | None = None
    name: str | None = None
    phone: str | None = None
    pre_existing_conditions: list[dict[str, Any]] | None = None
    preferences: str | None = None
    timezone: str | None = None
    weight: float | None = None
    weight_unit: str | None = None


class Queue(Struct, frozen=True, kw_only=True):
    """A stream, and the settings of its destination under the name of their type, less credentials."""

    aws_sqs: ShownAwsSqsSettings | None = None
    azure_event_hubs: ShownAzureEventHubsSettings | None = None
    azure_storage_queue: ShownAzureStorageQueueSettings | None = None
    created_at: datetime | None
    delivery: DeliveryHealth
    google_pubsub: ShownGooglePubsubSettings | None = None
    kafka: ShownKafkaSettings | None = None
    nats_jetstream: ShownNatsJetstreamSettings | None = None
    queue_name: str
    rabbitmq: ShownRabbitmqSettings | None = None
    type: str | None
    updated_at: datetime | None
    webhook: ShownWebhookSettings | None = None


class Redelivery(Struct, frozen=True, kw_only=True):
    event_id: UUID
    status: str | None = None
    stream: str


class Replay(Struct, frozen=True, kw_only=True):
    end: datetime
    event_type: str | None = None
    events: int
    replay_id: UUID
    start: datetime
    status: str | None = None
    stream: str


class Retention(Struct, frozen=True, kw_only=True):
    daily_after_days: int | None = None
    delete_after_days: int | None = None
    span: str | None = None
    thin_after_days: int | None = None


class SegmentRow(Struct, frozen=True, kw_only=True):
    active_calories: float | None = None
    average_power_watts: float | None = None
    distance_meters: float | None = None
    end: datetime
    heart_rate: HeartRate | None = None
    kind: str
    sport: ActivityType | None = None
    start: datetime


class SessionUse(Struct, frozen=True, kw_only=True):
    counted_seconds: int
    device: str | None
    end: datetime
    provider: str
    reason: str
    sample_id: UUID
    start: datetime
    told_by: list[UUID]
    use: str


class ShownAwsSqsSettings(Struct, frozen=True, kw_only=True):
    """One message per event in a standard or FIFO queue of yours, signed, with event_id as an attribute."""

    publishing_principal_arn: str
    queue_arn: str
    region: str
    role_arn: str | None = None


class ShownAzureEventHubsSettings(Struct, frozen=True, kw_only=True):
    """One event per event in an event hub of yours, signed, with event_id as message id, keyed by member."""

    event_hub_name: str
    namespace: str


class ShownAzureStorageQueueSettings(Struct, frozen=True, kw_only=True):
    """One message per event in a queue of your storage account, signed, as base64."""

    account_name: str
    queue_name: str


class ShownGooglePubsubSettings(Struct, frozen=True, kw_only=True):
    """One message per event in a topic of yours, signed, with event_id as an attribute, ordered by member."""

    project_id: str
    region: str | None = None
    topic: str


class ShownKafkaSettings(Struct, frozen=True, kw_only=True):
    """One record per event in a topic of yours, signed, keyed by member, acknowledged by all replicas."""

    bootstrap_servers: list[str]
    ca_certificate: str | None = None
    sasl_mechanism: str | None = None
    security_protocol: str | None = None
    topic: str
    username: str | None = None


class ShownNatsJetstreamSettings(Struct, frozen=True, kw_only=True):
    """One message per event on a subject of yours that a stream stores, signed, with event_id as Nats-Msg-Id."""

    ca_certificate: str | None = None
    servers: list[str]
    stream: str | None = None
    subject: str


class ShownRabbitmqSettings(Struct, frozen=True, kw_only=True):
    """One persistent message per event to an exchange of yours, signed, with event_id as message_id."""

    ca_certificate: str | None = None
    exchange: str
    host: str
    port: int | None = None
    routing_key: str | None = None
    tls: bool | None = None
    username: str
    virtual_host: str | None = None


class ShownWebhookSettings(Struct, frozen=True, kw_only=True):
    """One HTTPS POST per event to an endpoint of yours, signed as Standard Webhooks."""

    url: str


class SigningSecretRotation(Struct, frozen=True, kw_only=True):
    new_signing_secret: str | None = None
    previous_secret_expires_at: datetime
    signing_secret_rotated_at: datetime


class SleepRow(Struct, frozen=True, kw_only=True):
    asleep_unspecified_seconds: int
    date: date
    duration_seconds: int
    efficiency_percent: float | None
    end: datetime
    explain: list[SessionUse] | None = None
    heart_rate: HeartRate | None
    hrv_ms: float | None
    is_nap: bool
    provider: str
    providers: list[str]
    respiratory_rate: float | None
    sample_id: UUID
    stages: StageTotals | None
    start: datetime
    time_in_bed_seconds: int
    timezone_offset_minutes: int | None = None


class SleepStream(Struct, frozen=True, kw_only=True):
    date: date
    end: datetime
    is_nap: bool
    provider: str
    providers: list[str]
    sample_id: UUID
    stage_intervals: list[StageRow]
    start: datetime


class SourceShare(Struct, frozen=True, kw_only=True):
    counted: float
    device: str | None = None
    kind: str
    overlapped_share: float
    provider: str
    reason: str
    samples: int
    status: str
    value: float


class StageRow(Struct, frozen=True, kw_only=True):
    detail: str | None = None
    end: datetime
    stage: str
    start: datetime


class StageTotals(Struct, frozen=True, kw_only=True):
    awake_seconds: int | None
    deep_seconds: int | None
    light_seconds: int | None
    rem_seconds: int | None


class SyntheticMemberAccepted(Struct, frozen=True, kw_only=True):
    job_id: UUID
    status: str | None = None
    user_id: UUID


class TenantKey(Struct, frozen=True, kw_only=True):
    created_at: datetime
    expires_at: datetime | None
    id: UUID
    is_current: bool
    last_used_at: datetime | None
    name: str
    prefix: str
    revoked_at: datetime | None


class TenantKeyCreated(Struct, frozen=True, kw_only=True):
    created_at: datetime
    expires_at: datetime | None
    id: UUID
    is_current: bool
    last_used_at: datetime | None
    name: str
    prefix: str
    revoked_at: datetime | None
    secret: str


class TenantKeyRotated(Struct, frozen=True, kw_only=True):
    new_tenant_api_key: str
    previous_key_expires_at: datetime


class TestPublish(Struct, frozen=True, kw_only=True):
    event_id: str
    latency_ms: int
    provider_message_id: str | None


class TimeseriesRow(Struct, frozen=True, kw_only=True):
    date: date | None = None
    device: str | None = None
    diastolic: float | None = None
    end: datetime
    lead: str | None = None
    original_unit: str | None = None
    original_value: float | None = None
    provider: str | None
    sample_id: UUID | None = None
    samples: int | None = None
    sensor_location: str | None = None
    start: datetime
    systolic: float | None = None
    timezone_offset_minutes: int | None = None
    unit: str
    value: float | None = None


class UploadCreated(Struct, frozen=True, kw_only=True):
    expires_at: datetime
    file_url: str
    upload_url: str


class UploadStored(Struct, frozen=True, kw_only=True):
    file_url: str
    size: int


class User(Struct, frozen=True, kw_only=True):
    profile: Profile
    user_id: UUID


class UserCreated(Struct, frozen=True, kw_only=True):
    user_id: UUID


class WorkoutRow(Struct, frozen=True, kw_only=True):
    active_calories: float | None
    active_seconds: float | None
    average_power_watts: float | None
    date: date
    distance_meters: float | None
    duration_seconds: int
    elevation_gain_meters: float | None
    end: datetime
    explain: list[SessionUse] | None = None
    heart_rate: HeartRate | None
    provider: str
    provider_sport: str | None
    providers: list[str]
    sample_id: UUID
    segments: list[SegmentRow]
    sport: ActivityType
    start: datetime
    timezone_offset_minutes: int | None = None
    title: str | None
    total_calories: float | None
