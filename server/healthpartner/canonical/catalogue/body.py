"""Body measures and what the body is made of."""

from functools import partial

from healthpartner.canonical.metric import define
from healthpartner.canonical.unit_families import (
    BODY_MASS_INDEX,
    CENTIMETRES,
    KILOCALORIES_PER_DAY,
    KILOGRAMS,
    PERCENT,
    SCORE,
)

_body = partial(define, domain="body")

BODY = (
    _body(
        401, "weight", "Weight", KILOGRAMS, "last", (0.2, 700), "Body weight.",
        health_kit=("BodyMass",), health_connect=("WeightRecord",), loinc="29463-7",
    ),
    _body(
        402, "height", "Height", CENTIMETRES, "last", (20, 300), "Body height.",
        health_kit=("Height",), health_connect=("HeightRecord",), loinc="8302-2",
    ),
    _body(
        403, "bmi", "Body mass index", BODY_MASS_INDEX, "last", (5, 200), "Weight divided by height squared.",
        health_kit=("BodyMassIndex",), loinc="39156-5",
    ),
    _body(
        404, "body_fat", "Body fat", PERCENT, "last", (1, 80), "Share of fat in body weight.",
        health_kit=("BodyFatPercentage",), health_connect=("BodyFatRecord",), loinc="41982-0",
    ),
    _body(
        405, "lean_mass", "Lean mass", KILOGRAMS, "last", (0.2, 400), "Body weight without fat.",
        health_kit=("LeanBodyMass",), health_connect=("LeanBodyMassRecord",),
    ),
    _body(
        406, "muscle_mass", "Muscle mass", KILOGRAMS, "last", (0.1, 300), "Weight of the muscles.", loinc="73964-9",
    ),
    _body(
        407, "bone_mass", "Bone mass", KILOGRAMS, "last", (0.1, 30), "Weight of the bones.",
        health_connect=("BoneMassRecord",),
    ),
    _body(
        408, "body_water", "Body water", PERCENT, "last", (10, 90), "Share of water in body weight.",
    ),
    _body(
        409, "body_water_mass", "Body water mass", KILOGRAMS, "last", (0.1, 400), "Weight of the water in the body.",
        health_connect=("BodyWaterMassRecord",),
    ),
    _body(
        410, "visceral_fat", "Visceral fat", SCORE, "last", (0, 60), "A scale's own rating of fat at the organs.",
    ),
    _body(
        411, "waist_circumference", "Waist circumference", CENTIMETRES, "last", (20, 300), "Girth of the waist.",
        health_kit=("WaistCircumference",), loinc="8280-0",
    ),
    _body(
        412, "hip_circumference", "Hip circumference", CENTIMETRES, "last", (20, 300), "Girth of the hips.",
    ),
    _body(
        413, "basal_metabolic_rate", "Basal metabolic rate", KILOCALORIES_PER_DAY, "last", (100, 10_000),
        "Energy a body at rest burns in a day.", health_connect=("BasalMetabolicRateRecord",), loinc="69429-9",
    ),
)  # fmt: skip
