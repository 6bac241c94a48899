"""The entries of the archive's files, as Fitbit writes them; what we do not use is not here."""

from msgspec import Struct, field


class Reading(Struct, gc=False):
    """Of one minute; numbers are texts."""

    date_time: str = field(name="dateTime")
    value: str | float


class HeartRate(Struct, gc=False):
    bpm: float
    confidence: float = 0.0


class HeartReading(Struct):
    date_time: str = field(name="dateTime")
    value: HeartRate


class RestingRate(Struct):
    value: float
    date: str | None = None


class RestingReading(Struct):
    date_time: str = field(name="dateTime")
    value: RestingRate


class Vo2Max(Struct):
    demographic: float | None = field(name="demographicVO2Max", default=None)
    filtered: float | None = field(name="filteredDemographicVO2Max", default=None)


class Vo2Reading(Struct):
    date_time: str = field(name="dateTime")
    value: Vo2Max


class Weight(Struct):
    date: str
    time: str
    weight: float
    bmi: float | None = None
    fat: float | None = None


class Level(Struct):
    date_time: str = field(name="dateTime")
    level: str
    seconds: float


class Levels(Struct):
    data: list[Level] = field(default_factory=list)
    short_data: list[Level] = field(name="shortData", default_factory=list)


class Sleep(Struct):
    log_id: int = field(name="logId")
    start: str = field(name="startTime")
    end: str = field(name="endTime")
    day: str | None = field(name="dateOfSleep", default=None)
    minutes_asleep: float | None = field(name="minutesAsleep", default=None)
    minutes_in_bed: float | None = field(name="timeInBed", default=None)
    efficiency: float | None = None
    main: bool | None = field(name="mainSleep", default=None)
    is_main: bool | None = field(name="isMainSleep", default=None)
    levels: Levels | None = None


class Device(Struct):
    name: str | None = None


class Exercise(Struct):
    log_id: int = field(name="logId")
    name: str = field(name="activityName")
    start: str = field(name="startTime")
    duration: float
    active_duration: float | None = field(name="activeDuration", default=None)
    calories: float | None = None
    steps: float | None = None
    distance: float | None = None
    distance_unit: str | None = field(name="distanceUnit", default=None)
    average_heart_rate: float | None = field(name="averageHeartRate", default=None)
    elevation_gain: float | None = field(name="elevationGain", default=None)
    source: Device | None = None
