"""The catalogue of sports."""

import re

import pytest

from healthpartner.canonical.sports import OTHER, SPORTS, Sport, Vocabulary, from_fit, sport_of

VOCABULARIES: tuple[Vocabulary, ...] = ("health_kit", "health_connect", "fit", "strava", "garmin", "fitbit", "tcx")


def test_there_are_at_least_eighty_sports_with_a_name_of_their_own() -> None:
    assert len(SPORTS) >= 80
    assert len({sport.name for sport in SPORTS.values()}) == len(SPORTS)


@pytest.mark.parametrize("sport", SPORTS.values(), ids=lambda sport: sport.slug)
def test_a_sport_is_well_formed(sport: Sport) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", sport.slug)
    assert SPORTS[sport.slug] is sport
    assert sport.name


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_no_name_of_another_vocabulary_stands_for_two_sports(vocabulary: Vocabulary) -> None:
    names = [(name, sport.slug) for sport in SPORTS.values() for name in getattr(sport, vocabulary)]
    assert len(names) == len({name for name, _ in names})
    assert [sport_of(vocabulary, name) for name, _ in names] == [slug for _, slug in names]


@pytest.mark.parametrize(
    ("vocabulary", "name", "slug"),
    [
        ("health_kit", "HKWorkoutActivityTypeTraditionalStrengthTraining", "strength_training"),
        ("health_connect", "EXERCISE_TYPE_BIKING_STATIONARY", "indoor_cycling"),
        ("health_connect", "EXERCISE_SESSION_TYPE_RUNNING", "running"),
        ("strava", "EBikeRide", "e_biking"),
        ("garmin", "rowing_v2", "rowing"),
        ("garmin", "cross_country_skiing_ws", "cross_country_skiing"),
        ("fitbit", "Outdoor Bike", "cycling"),
        ("tcx", "Biking", "cycling"),
        ("tcx", "Parkour", OTHER),
        ("health_kit", "", OTHER),
    ],
)
def test_a_vendors_name_finds_its_sport(vocabulary: Vocabulary, name: str, slug: str) -> None:
    assert sport_of(vocabulary, name) == slug


@pytest.mark.parametrize(
    ("sport", "sub_sport", "slug"),
    [
        ("cycling", "indoor_cycling", "indoor_cycling"),
        ("cycling", "generic", "cycling"),
        ("cycling", None, "cycling"),
        ("training", "strength_training", "strength_training"),
        ("fitness_equipment", "elliptical", "elliptical"),
        ("swimming", "a sub sport of next year", "swimming"),
        ("parkour", "generic", OTHER),
    ],
)
def test_fits_sub_sport_says_more_where_it_is_known(sport: str, sub_sport: str | None, slug: str) -> None:
    assert from_fit(sport, sub_sport) == slug
