"""What operations take: dictionaries with these fields.

Written by `make contracts`; change nothing here.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, NotRequired, TypedDict


class ActivityItem(TypedDict):
    """What one source says about one of the member's local days. A field that is left out stays as it is known. `timezone_offset` is in minutes, or `+02:00`."""

    active_calories: NotRequired[float | None]
    client_id: str
    date: date | str
    distance_meters: NotRequired[float | None]
    floors: NotRequired[float | None]
    heart_rate: NotRequired[HeartRateOfDay | None]
    intensity_minutes: NotRequired[IntensityMinutes | None]
    is_backfill: NotRequired[bool | None]
    steps: NotRequired[float | None]
    timezone_offset: NotRequired[int | str | None]
    total_calories: NotRequired[float | None]


class AwsSqsSettings(TypedDict):
    queue_arn: str
    region: str
    role_arn: NotRequired[str | None]


class AzureEventHubsSettings(TypedDict):
    """`namespace` with or without Azure's domain."""

    event_hub_name: str
    namespace: str
    sas_token: str


class AzureStorageQueueSettings(TypedDict):
    account_name: str
    queue_name: str
    sas_token: str


class BodyItem(TypedDict):
    """What was measured at one moment: ISO 8601 with `Z` or an offset."""

    bmi: NotRequired[float | None]
    body_fat_percent: NotRequired[float | None]
    body_water_percent: NotRequired[float | None]
    client_id: str
    is_backfill: NotRequired[bool | None]
    lean_mass_kg: NotRequired[float | None]
    measured_at: datetime | str
    muscle_mass_kg: NotRequired[float | None]
    visceral_fat: NotRequired[float | None]
    waist_circumference_cm: NotRequired[float | None]
    weight_kg: NotRequired[float | None]


class GooglePubsubSettings(TypedDict):
    """With a `region`, messages are published there, and there only their order is kept."""

    project_id: str
    region: NotRequired[str | None]
    service_account_key: ServiceAccountKey
    topic: str


class HeartRate(TypedDict):
    """Beats a minute."""

    max: NotRequired[float | None]
    mean: NotRequired[float | None]
    min: NotRequired[float | None]
    resting: NotRequired[float | None]


class HeartRateOfDay(TypedDict):
    """In beats per minute."""

    max: NotRequired[float | None]
    mean: NotRequired[float | None]
    min: NotRequired[float | None]
    resting: NotRequired[float | None]


class IntensityMinutes(TypedDict):
    """Minutes of the day by intensity."""

    low: NotRequired[float | None]
    moderate: NotRequired[float | None]
    vigorous: NotRequired[float | None]


class IntervalItem(TypedDict):
    """A span of one stage, within the session."""

    end: datetime | str
    stage: Literal["awake", "deep", "light", "rem"]
    start: datetime | str


class KafkaSettings(TypedDict):
    """`bootstrap_servers` are `host:port`. With SASL, all of `sasl_mechanism`, `username` and `password` are given."""

    bootstrap_servers: list[str]
    ca_certificate: NotRequired[str | None]
    password: NotRequired[str | None]
    sasl_mechanism: NotRequired[Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None]
    security_protocol: NotRequired[Literal["plaintext", "sasl_plaintext", "sasl_ssl", "ssl"]]
    topic: str
    username: NotRequired[str | None]


class Location(TypedDict):
    city: NotRequired[str | None]
    country: NotRequired[str | None]
    state: NotRequired[str | None]


class NatsCredentials(TypedDict):
    """One of: a token, a user with a password, an NKey seed, or the text of a `.creds` file."""

    creds: NotRequired[str | None]
    nkey_seed: NotRequired[str | None]
    password: NotRequired[str | None]
    token: NotRequired[str | None]
    username: NotRequired[str | None]


class NatsJetstreamSettings(TypedDict):
    ca_certificate: NotRequired[str | None]
    credentials: NotRequired[NatsCredentials | None]
    servers: list[str]
    stream: NotRequired[str | None]
    subject: str


class RabbitmqSettings(TypedDict):
    """Without a `routing_key` the event's type is it. The exchange `""` is the default one: its key names a queue."""

    ca_certificate: NotRequired[str | None]
    exchange: str
    host: str
    password: str
    port: NotRequired[int | None]
    routing_key: NotRequired[str | None]
    tls: NotRequired[bool]
    username: str
    virtual_host: NotRequired[str]


class ServiceAccountKey(TypedDict):
    """The fields of a key file that name and prove an identity. The addresses in it are left out: a partner does not get to say where we ask for tokens."""

    client_email: str
    private_key: str
    private_key_id: str


class SleepItem(TypedDict):
    """One session. Instants are ISO 8601 with `Z` or an offset, `date` is the local day of waking. `duration_seconds` is the time asleep. With `stage_intervals` the totals are counted from those."""

    client_id: str
    date: date | str
    duration_seconds: NotRequired[float | None]
    efficiency_percent: NotRequired[float | None]
    end: datetime | str
    heart_rate: NotRequired[HeartRate | None]
    hrv_ms: NotRequired[float | None]
    is_backfill: NotRequired[bool | None]
    is_nap: NotRequired[bool | None]
    respiratory_rate: NotRequired[float | None]
    stage_intervals: NotRequired[list[IntervalItem] | None]
    stages: NotRequired[Stages | None]
    start: datetime | str
    time_in_bed_seconds: NotRequired[float | None]


class SportItem(TypedDict):
    """`slug` is one of `GET /v1/activity-types`."""

    slug: str


class Stages(TypedDict):
    """Seconds in each stage."""

    awake_seconds: NotRequired[float | None]
    deep_seconds: NotRequired[float | None]
    light_seconds: NotRequired[float | None]
    rem_seconds: NotRequired[float | None]


class TimeseriesItem(TypedDict):
    """One sample. Instants are ISO 8601 with `Z` or an offset; without `end` it is a moment. `systolic` and `diastolic` stand for `value` in blood pressure; `lead` belongs to ECG voltage and `sensor_location` to body temperature delta."""

    client_id: str
    diastolic: NotRequired[float | None]
    end: NotRequired[datetime | str | None]
    is_backfill: NotRequired[bool | None]
    lead: NotRequired[str | None]
    sensor_location: NotRequired[str | None]
    start: datetime | str
    systolic: NotRequired[float | None]
    unit: str
    value: NotRequired[float | None]


class WebhookSettings(TypedDict):
    url: str


class WorkoutItem(TypedDict):
    """One session. Instants are ISO 8601 with `Z` or an offset."""

    active_calories: NotRequired[float | None]
    average_power_watts: NotRequired[float | None]
    client_id: str
    distance_meters: NotRequired[float | None]
    elevation_gain_meters: NotRequired[float | None]
    end: datetime | str
    heart_rate: NotRequired[HeartRate | None]
    is_backfill: NotRequired[bool | None]
    sport: SportItem
    start: datetime | str
    title: NotRequired[str | None]
