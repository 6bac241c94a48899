"""Surroundings and single events: sound, light, water, medicine, alcohol and falls."""

from functools import partial

from healthpartner.canonical.metric import define
from healthpartner.canonical.unit_families import (
    CELSIUS,
    COUNT,
    DECIBELS,
    INTERNATIONAL_UNITS,
    METRES,
    MINUTES,
    PERCENT,
    SCORE,
)

_surrounding = partial(define, domain="environment")
_event = partial(define, domain="vitals")

SURROUNDINGS = (
    _surrounding(
        601, "environmental_audio_exposure", "Environmental sound level", DECIBELS, "mean", (0, 200),
        "Sound level around the person.", health_kit=("EnvironmentalAudioExposure",),
    ),
    _surrounding(
        602, "headphone_audio_exposure", "Headphone sound level", DECIBELS, "mean", (0, 200),
        "Sound level from headphones.", health_kit=("HeadphoneAudioExposure",),
    ),
    _surrounding(
        603, "environmental_sound_reduction", "Sound reduction", DECIBELS, "mean", (0, 100),
        "Sound held back by headphones.", health_kit=("EnvironmentalSoundReduction",),
    ),
    _surrounding(
        604, "uv_exposure", "UV index", SCORE, "mean", (0, 30), "Exposure to ultraviolet light, as UV index.",
        health_kit=("UVExposure",),
    ),
    _surrounding(
        605, "time_in_daylight", "Time in daylight", MINUTES, "sum", (0, 1_440), "Time outdoors in daylight.",
        health_kit=("TimeInDaylight",),
    ),
    _surrounding(
        606, "underwater_depth", "Underwater depth", METRES, "mean", (0, 400), "Depth below the surface.",
        health_kit=("UnderwaterDepth",),
    ),
    _surrounding(
        607, "water_temperature", "Water temperature", CELSIUS, "mean", (-5, 60), "Temperature of the water.",
        health_kit=("WaterTemperature",),
    ),
    _surrounding(
        608, "altitude", "Altitude", METRES, "mean", (-500, 12_000), "Height above the sea.",
    ),
    _surrounding(
        609, "air_temperature", "Air temperature", CELSIUS, "mean", (-60, 70), "Temperature at the device, mostly air.",
    ),
    _event(
        620, "inhaler_use", "Inhaler use", COUNT, "sum", (0, 200), "Puffs taken from an inhaler.",
        health_kit=("InhalerUsage",),
    ),
    _event(
        621, "insulin", "Insulin", INTERNATIONAL_UNITS, "sum", (0, 1_000), "Insulin delivered.",
        health_kit=("InsulinDelivery",),
    ),
    _event(
        622, "alcoholic_drinks", "Alcoholic drinks", COUNT, "sum", (0, 100), "Standard drinks.",
        health_kit=("NumberOfAlcoholicBeverages",),
    ),
    _event(
        623, "blood_alcohol", "Blood alcohol", PERCENT, "mean", (0, 1), "Alcohol in the blood.",
        health_kit=("BloodAlcoholContent",),
    ),
    _event(
        624, "falls", "Falls", COUNT, "sum", (0, 100), "Falls.", health_kit=("NumberOfTimesFallen",),
    ),
)  # fmt: skip
