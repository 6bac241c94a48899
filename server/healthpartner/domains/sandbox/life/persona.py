"""What makes a persona: who they are, how they sleep and move, what they wear, and what is special about them."""

from msgspec import Struct

from healthpartner.domains.users.schemas import Gender


class Sleeper(Struct, frozen=True):
    """Local hours. `spread_hours` is the standard deviation of going to bed, `wakings` the mean number a night."""

    bed_hour: float
    hours: float
    spread_hours: float = 0.5
    weekend_later_hours: float = 0.7
    wakings: float = 1.5
    naps: float = 0.0


class Mover(Struct, frozen=True):
    """Steps on a usual working day, and how free days compare."""

    steps: float
    free_day_factor: float = 1.0
    spread: float = 0.25
    cadence: float = 105.0


class Athlete(Struct, frozen=True):
    """`per_week` sessions of `minutes` on average, at `intensity` of the heart-rate reserve."""

    sport: str
    per_week: float
    minutes: float
    intensity: float
    metres_a_minute: float = 0.0


class Wearing(Struct, frozen=True):
    """Devices by provider. `worn` is the share of days on which the watch is worn, `carried` that of walks with the phone."""

    watch: tuple[str, str] | None = ("apple_health_kit", "Apple Watch")
    phone: tuple[str, str] = ("apple_health_kit", "iPhone")
    ring: tuple[str, str] | None = None
    scale: tuple[str, str] | None = None
    glucose_sensor: tuple[str, str] | None = None
    worn: float = 0.93
    carried: float = 0.6


class Persona(Struct, frozen=True, kw_only=True):
    """`special` names what no number says: `infant`, `shifts`, `diabetes`, `flights`, `illness`."""

    slug: str
    name: str
    description: str
    age: int
    gender: Gender
    height_cm: float
    weight_kg: float
    timezone: str
    resting_heart_rate: float
    hrv_sdnn_ms: float
    sleeper: Sleeper
    mover: Mover
    athletes: tuple[Athlete, ...] = ()
    wearing: Wearing = Wearing()
    special: frozenset[str] = frozenset()
