"""What a sport is, and how other vocabularies call it."""

from msgspec import Struct


class Sport(Struct, frozen=True):
    """One kind of exercise.

    The other vocabularies' names are as they write them: `health_kit` workout activity types, `health_connect`
    exercise types, `fit` a sport or `sport/sub_sport`, `strava` sport types, `garmin` type keys, `fitbit` activity
    names, `tcx` values of the `Sport` attribute.
    """

    slug: str
    name: str
    health_kit: tuple[str, ...] = ()
    health_connect: tuple[str, ...] = ()
    fit: tuple[str, ...] = ()
    strava: tuple[str, ...] = ()
    garmin: tuple[str, ...] = ()
    fitbit: tuple[str, ...] = ()
    tcx: tuple[str, ...] = ()


def define(
    slug: str,
    name: str,
    *,
    health_kit: str = "",
    health_connect: str = "",
    fit: str = "",
    strava: str = "",
    garmin: str = "",
    fitbit: str = "",
    tcx: str = "",
) -> Sport:
    """A catalogue entry; several names of one vocabulary are separated by a comma and a space."""
    names = (health_kit, health_connect, fit, strava, garmin, fitbit, tcx)
    return Sport(slug, name, *(tuple(each.split(", ")) if each else () for each in names))
