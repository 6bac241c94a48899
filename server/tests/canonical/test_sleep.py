"""Sleep stages: the superset, and what other vocabularies' names become."""

import pytest

from healthpartner.canonical.sleep import (
    ASLEEP,
    AWAKE,
    STAGES_BY_FITBIT,
    STAGES_BY_HEALTH_CONNECT,
    STAGES_BY_HEALTH_KIT,
    STAGES_BY_OURA,
    SleepStage,
    down,
)


def test_the_stages_and_their_numbers_are_for_storage_and_never_change() -> None:
    assert {stage.name: int(stage) for stage in SleepStage} == {
        "unknown": 0,
        "awake": 1,
        "asleep_unspecified": 2,
        "out_of_bed": 3,
        "light": 4,
        "deep": 5,
        "rem": 6,
        "awake_in_bed": 7,
        "in_bed": 8,
    }


def test_the_superset_maps_down_to_the_contracts_four() -> None:
    assert {stage.name: down(stage) for stage in SleepStage} == {
        "unknown": None,
        "awake": "awake",
        "asleep_unspecified": "light",
        "out_of_bed": "awake",
        "light": "light",
        "deep": "deep",
        "rem": "rem",
        "awake_in_bed": "awake",
        "in_bed": None,
    }


def test_nobody_is_asleep_and_awake_at_once() -> None:
    assert set() == ASLEEP & AWAKE


@pytest.mark.parametrize(
    ("name", "stage"),
    [
        ("HKCategoryValueSleepAnalysisInBed", SleepStage.in_bed),
        ("HKCategoryValueSleepAnalysisAsleep", SleepStage.asleep_unspecified),
        ("HKCategoryValueSleepAnalysisAsleepUnspecified", SleepStage.asleep_unspecified),
        ("HKCategoryValueSleepAnalysisAsleepCore", SleepStage.light),
        ("HKCategoryValueSleepAnalysisAsleepREM", SleepStage.rem),
    ],
)
def test_health_kit_names_are_known(name: str, stage: SleepStage) -> None:
    assert STAGES_BY_HEALTH_KIT[name] is stage


def test_health_connects_numbers_are_all_known() -> None:
    assert STAGES_BY_HEALTH_CONNECT.keys() == set(range(8))
    assert STAGES_BY_HEALTH_CONNECT[2] is SleepStage.asleep_unspecified


def test_what_fitbit_calls_restless_is_neither_sleep_nor_waking() -> None:
    assert STAGES_BY_FITBIT["restless"] is SleepStage.unknown
    assert STAGES_BY_FITBIT["wake"] is SleepStage.awake


def test_ouras_digits_are_known() -> None:
    assert [STAGES_BY_OURA[digit].name for digit in "1234"] == ["deep", "light", "rem", "awake"]
