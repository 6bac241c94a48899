"""How a day is: where it is spent, how well the night was, how much there is to do, and how the body takes it."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

from healthpartner.domains.sandbox.life.chance import Chance
from healthpartner.domains.sandbox.life.persona import Persona

_EPOCH = date(1970, 1, 1)
_SATURDAY = 5
# Two weeks: a journey out on the third day, home on the ninth.
_ROTATION_DAYS, _AWAY_FROM, _AWAY_UNTIL = 14, 3, 9
_DESTINATIONS = ("Asia/Tokyo", "Europe/London", "America/Sao_Paulo", "Asia/Kolkata")
# Early, early, late, late, night, night, off, off: when each kind of day lets one go to bed.
_SHIFT_BED_HOURS = (21.3, 21.3, 25.0, 25.0, 32.0, 32.0, 23.5, 23.0)
_INFECTION_EVERY_DAYS, _INFECTION_FIRST_DAY = 120, 30


class Day(Struct, frozen=True):
    """`illness` and `fatigue` from 0 to 1. The night is the one that ends on this day; hours are local."""

    number: int
    date: date
    zone: str
    starts_ms: int
    ends_ms: int
    is_free: bool
    bed_hour: float
    sleep_hours: float
    quality: float
    illness: float
    steps: float
    resting_heart_rate: float
    hrv_sdnn_ms: float
    watch_worn: bool

    def at(self, hour: float) -> int:
        """An instant by the local hour; below 0 is the evening before."""
        return self.starts_ms + round(hour * 3_600_000)


class Days:
    """The days of one life."""

    def __init__(self, persona: Persona, seed: int) -> None:
        self.persona, self.chance = persona, Chance(persona.slug, seed)

    @lru_cache(maxsize=64)  # noqa: B019 - a life is short: one job
    def day(self, on: date) -> Day:
        persona, number = self.persona, (on - _EPOCH).days
        chance = self.chance.of("day", number)
        zone = self._zone(number)
        is_free = self._is_free(on, number)
        illness = self._illness(number)
        bed_hour, hours = self._night(number, is_free=is_free)
        quality = min(1.0, max(0.05, 0.82 + 0.1 * float(chance.standard_normal()) - 0.35 * illness))
        hours = max(2.5, hours * (0.9 + 0.12 * quality) + 1.2 * illness)
        shortage = max(0.0, persona.sleeper.hours - hours) / persona.sleeper.hours
        form = self.chance.drift("form", number, 45)
        burden = illness + 1.3 * shortage
        starts, ends = _midnights(on, zone)
        return Day(
            number=number,
            date=on,
            zone=zone,
            starts_ms=starts,
            ends_ms=ends,
            is_free=is_free,
            bed_hour=bed_hour,
            sleep_hours=hours,
            quality=quality,
            illness=illness,
            steps=self._steps(number, float(chance.standard_normal()), burden, is_free=is_free),
            resting_heart_rate=persona.resting_heart_rate - 2.5 * form + 11 * burden + float(chance.normal(0, 1.1)),
            hrv_sdnn_ms=max(
                8.0, persona.hrv_sdnn_ms * (1 + 0.12 * form - 0.45 * burden + float(chance.normal(0, 0.08)))
            ),
            watch_worn=bool(chance.random() < persona.wearing.worn),
        )

    def _zone(self, number: int) -> str:
        rotation, place = divmod(number, _ROTATION_DAYS)
        if "flights" not in self.persona.special or not _AWAY_FROM <= place < _AWAY_UNTIL:
            return self.persona.timezone
        return _DESTINATIONS[int(self.chance.of("journey", rotation).integers(len(_DESTINATIONS)))]

    def _is_free(self, on: date, number: int) -> bool:
        if "shifts" in self.persona.special:
            return number % len(_SHIFT_BED_HOURS) >= len(_SHIFT_BED_HOURS) - 2
        return on.weekday() >= _SATURDAY

    def _night(self, number: int, *, is_free: bool) -> tuple[float, float]:
        """(when it began, as an hour of this day and mostly below 0; hours asleep)."""
        sleeper, chance = self.persona.sleeper, self.chance.of("night", number)
        bed = sleeper.bed_hour
        if "shifts" in self.persona.special:
            bed = _SHIFT_BED_HOURS[(number - 1) % len(_SHIFT_BED_HOURS)]
        elif is_free:
            bed += sleeper.weekend_later_hours
        hours = sleeper.hours + (0.6 if is_free else 0.0) + float(chance.normal(0, 0.55))
        return bed - 24 + float(chance.normal(0, sleeper.spread_hours)), min(10.5, max(3.5, hours))

    def _illness(self, number: int) -> float:
        """An infection that is at its worst on the second day; some people take two months to come back."""
        every = _INFECTION_EVERY_DAYS if "illness" in self.persona.special else 3 * _INFECTION_EVERY_DAYS
        season, place = divmod(number, every)
        began = _INFECTION_FIRST_DAY + int(self.chance.of("infection", season).integers(40))
        since = place - began
        if since < 0:
            return 0.0
        lasting = 18.0 if "illness" in self.persona.special else 2.5
        return float(min(1.0, 0.6 + 0.4 * since) * 2.0 ** (-max(0, since - 1) / lasting))

    def _steps(self, number: int, luck: float, burden: float, *, is_free: bool) -> float:
        mover = self.persona.mover
        usual = mover.steps * (mover.free_day_factor if is_free else 1.0)
        wandering = 1 + 0.15 * self.chance.drift("movement", number, 30)
        return max(250.0, usual * wandering * (1 + mover.spread * luck) * (1 - 0.75 * min(1.0, burden)))


def _midnights(on: date, zone: str) -> tuple[int, int]:
    there = ZoneInfo(zone)
    both = (datetime.combine(each, time(), there) for each in (on, on + timedelta(days=1)))
    starts, ends = (round(each.timestamp() * 1000) for each in both)
    return starts, ends
