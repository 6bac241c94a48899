"""The catalogue of sports: by slug, and by the names that other vocabularies give them."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from healthpartner.canonical.sport import Sport
from healthpartner.canonical.sport_catalogue.games import GAMES
from healthpartner.canonical.sport_catalogue.gym import GYM
from healthpartner.canonical.sport_catalogue.on_foot import ON_FOOT
from healthpartner.canonical.sport_catalogue.on_wheels import ON_WHEELS
from healthpartner.canonical.sport_catalogue.others import OTHERS
from healthpartner.canonical.sport_catalogue.snow_and_ice import SNOW_AND_ICE
from healthpartner.canonical.sport_catalogue.water import WATER

__all__ = ["OTHER", "SPORTS", "Sport", "Vocabulary", "from_fit", "sport_of"]

Vocabulary = Literal["health_kit", "health_connect", "fit", "strava", "garmin", "fitbit", "tcx"]

OTHER = "other"

SPORTS: Mapping[str, Sport] = MappingProxyType(
    {sport.slug: sport for sport in (*ON_FOOT, *ON_WHEELS, *WATER, *SNOW_AND_ICE, *GAMES, *GYM, *OTHERS)}
)

_PREFIXES = ("hkworkoutactivitytype", "exercisetype", "exercisesessiontype")
# Garmin numbers its newer keys, and marks those of winter sports.
_GARMIN_ENDINGS = re.compile(r"_(?:v\d|ws)$")


def sport_of(vocabulary: Vocabulary, name: str) -> str:
    """The slug of a sport by another vocabulary's name, `other` for one that is not known.

    Case, spaces and underscores do not matter; `HKWorkoutActivityType` and `EXERCISE_TYPE_` may stand before it.
    """
    return _SLUGS[vocabulary].get(_plain(vocabulary, name), OTHER)


def from_fit(sport: str, sub_sport: str | None = None) -> str:
    """As `sport_of` for FIT, whose sub sport says more than the sport where both are known."""
    known = _SLUGS["fit"]
    exact = known.get(f"{_plain('fit', sport)}/{_plain('fit', sub_sport or '')}")
    return exact or sport_of("fit", sport)


def _plain(vocabulary: Vocabulary, name: str) -> str:
    if vocabulary == "garmin":
        name = _GARMIN_ENDINGS.sub("", name)
    plain = re.sub(r"[^a-z0-9/]", "", name.lower())
    for prefix in _PREFIXES:
        plain = plain.removeprefix(prefix)
    return plain


_VOCABULARIES: tuple[Vocabulary, ...] = ("health_kit", "health_connect", "fit", "strava", "garmin", "fitbit", "tcx")
_SLUGS: Mapping[Vocabulary, Mapping[str, str]] = MappingProxyType(
    {
        vocabulary: MappingProxyType(
            {_plain(vocabulary, name): sport.slug for sport in SPORTS.values() for name in getattr(sport, vocabulary)}
        )
        for vocabulary in _VOCABULARIES
    }
)
