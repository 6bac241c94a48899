"""The personas that a synthetic member can be.

Steps follow the bands of Tudor-Locke and Bassett 2004 (sedentary under 5,000, active from 10,000), resting heart rates
Quer 2020 (mean 65.5, SD 7.7 bpm), sleep the recommendations of the National Sleep Foundation 2015.
"""

from collections.abc import Mapping
from types import MappingProxyType

from healthpartner.domains.sandbox.life.persona import Athlete, Mover, Persona, Sleeper, Wearing

_RING = ("oura", "Oura Ring")
_SCALE = ("withings", "Body Smart")

_ALL = (
    Persona(
        slug="new_parent", name="Alex Newborn", description="Sleeps in pieces with an infant, walks with the pram.",
        age=33, gender="female", height_cm=168, weight_kg=68, timezone="Europe/Berlin",
        resting_heart_rate=66, hrv_sdnn_ms=46, sleeper=Sleeper(22.3, 6.6, 0.7, 0.1, 4.0, naps=0.35),
        mover=Mover(7800, 1.1), wearing=Wearing(ring=_RING, worn=0.85), special=frozenset({"infant"}),
    ),
    Persona(
        slug="shift_worker", name="Sam Nightly", description="A nurse on a rotation of early, late and night shifts.",
        age=41, gender="male", height_cm=181, weight_kg=88, timezone="America/Chicago",
        resting_heart_rate=69, hrv_sdnn_ms=38, sleeper=Sleeper(22.5, 6.5, 0.6, 0.3, 2.2),
        mover=Mover(9600, 0.65), wearing=Wearing(carried=0.75), special=frozenset({"shifts"}),
    ),
    Persona(
        slug="runner", name="Robin Strider", description="Trains for a marathon, five runs and a ride a week.",
        age=36, gender="female", height_cm=171, weight_kg=59, timezone="Europe/London",
        resting_heart_rate=49, hrv_sdnn_ms=92, sleeper=Sleeper(22.2, 7.9, 0.35, 0.5, 1.0),
        mover=Mover(7200, 1.1),
        athletes=(Athlete("running", 5, 52, 0.68, 185), Athlete("cycling", 1, 85, 0.55, 430)),
        wearing=Wearing(watch=("garmin", "Forerunner 965"), ring=_RING, scale=_SCALE, worn=0.98, carried=0.35),
    ),
    Persona(
        slug="type_2_diabetic", name="Jo Sweet", description="Has type 2 diabetes, and wears a glucose sensor.",
        age=58, gender="male", height_cm=176, weight_kg=97, timezone="America/New_York",
        resting_heart_rate=74, hrv_sdnn_ms=28, sleeper=Sleeper(23.0, 6.7, 0.5, 0.6, 2.4),
        mover=Mover(5600, 0.9), athletes=(Athlete("walking", 3, 32, 0.35, 85),),
        wearing=Wearing(scale=_SCALE, glucose_sensor=("dexcom", "G7"), worn=0.88),
        special=frozenset({"diabetes"}),
    ),
    Persona(
        slug="frequent_flyer", name="Max Layover", description="Flies between continents twice a month.",
        age=47, gender="male", height_cm=184, weight_kg=86, timezone="America/Los_Angeles",
        resting_heart_rate=63, hrv_sdnn_ms=48, sleeper=Sleeper(23.2, 6.8, 0.7, 0.5, 1.8),
        mover=Mover(8300, 0.95), athletes=(Athlete("strength_training", 2, 40, 0.5),),
        wearing=Wearing(carried=0.8), special=frozenset({"flights"}),
    ),
    Persona(
        slug="sedentary_office_worker", name="Pat Desk", description="Sits all week, and little more at weekends.",
        age=44, gender="female", height_cm=165, weight_kg=79, timezone="Europe/Paris",
        resting_heart_rate=72, hrv_sdnn_ms=36, sleeper=Sleeper(23.6, 6.9, 0.5, 1.1, 1.6),
        mover=Mover(3900, 0.95), wearing=Wearing(worn=0.8, carried=0.7),
    ),
    Persona(
        slug="recovering_from_illness", name="Chris Mend", description="Comes back slowly from a hard infection.",
        age=39, gender="non_binary", height_cm=174, weight_kg=72, timezone="Australia/Sydney",
        resting_heart_rate=64, hrv_sdnn_ms=50, sleeper=Sleeper(22.6, 7.7, 0.5, 0.6, 1.8, naps=0.2),
        mover=Mover(8600, 1.0), athletes=(Athlete("yoga", 2, 35, 0.25),),
        wearing=Wearing(ring=_RING), special=frozenset({"illness"}),
    ),
    Persona(
        slug="older_adult", name="Maria Season", description="Retired, early to bed, a walk every morning.",
        age=74, gender="female", height_cm=160, weight_kg=66, timezone="Europe/Madrid",
        resting_heart_rate=67, hrv_sdnn_ms=27, sleeper=Sleeper(21.8, 6.8, 0.4, 0.1, 3.0, naps=0.4),
        mover=Mover(5900, 1.0, 0.2, 92), athletes=(Athlete("walking", 6, 38, 0.35, 70),),
        wearing=Wearing(scale=_SCALE, worn=0.9, carried=0.4),
    ),
)  # fmt: skip

PERSONAS: Mapping[str, Persona] = MappingProxyType({persona.slug: persona for persona in _ALL})
