"""How a person moves: gait, and the mechanics of running, cycling, swimming, rowing and paddling."""

from functools import partial

from healthpartner.canonical.metric import define
from healthpartner.canonical.unit_families import (
    CENTIMETRES,
    COUNT,
    METRES,
    METRES_PER_SECOND,
    MILLISECONDS,
    PERCENT,
    RPM,
    WATTS,
)

_mobility = partial(define, domain="activity")

MOBILITY = (
    _mobility(
        301, "speed", "Speed", METRES_PER_SECOND, "mean", (0, 60), "Speed of any movement.",
        health_connect=("SpeedRecord",),
    ),
    _mobility(
        302, "walking_speed", "Walking speed", METRES_PER_SECOND, "mean", (0, 5), "Speed on level ground.",
        health_kit=("WalkingSpeed",),
    ),
    _mobility(
        303, "walking_step_length", "Walking step length", CENTIMETRES, "mean", (5, 250),
        "Distance between the front foot and the back foot.", health_kit=("WalkingStepLength",),
    ),
    _mobility(
        304, "walking_asymmetry", "Walking asymmetry", PERCENT, "mean", (0, 100),
        "Share of steps in which one foot moves at another speed.", health_kit=("WalkingAsymmetryPercentage",),
    ),
    _mobility(
        305, "walking_double_support", "Double support time", PERCENT, "mean", (0, 100),
        "Share of walking with both feet on the ground.", health_kit=("WalkingDoubleSupportPercentage",),
    ),
    _mobility(
        306, "walking_steadiness", "Walking steadiness", PERCENT, "mean", (0, 100), "Stability while walking.",
        health_kit=("AppleWalkingSteadiness",),
    ),
    _mobility(
        307, "stair_ascent_speed", "Stair speed up", METRES_PER_SECOND, "mean", (0, 5), "Vertical speed upstairs.",
        health_kit=("StairAscentSpeed",),
    ),
    _mobility(
        308, "stair_descent_speed", "Stair speed down", METRES_PER_SECOND, "mean", (0, 5),
        "Vertical speed downstairs.", health_kit=("StairDescentSpeed",),
    ),
    _mobility(
        309, "six_minute_walk", "Six-minute walk", METRES, "last", (0, 1_500), "Distance walked in six minutes.",
        health_kit=("SixMinuteWalkTestDistance",), loinc="64098-7",
    ),
    _mobility(
        310, "running_speed", "Running speed", METRES_PER_SECOND, "mean", (0, 15), "Speed while running.",
        health_kit=("RunningSpeed",),
    ),
    _mobility(
        311, "running_power", "Running power", WATTS, "mean", (0, 3_000), "Power while running.",
        health_kit=("RunningPower",),
    ),
    _mobility(
        312, "running_ground_contact_time", "Ground contact time", MILLISECONDS, "mean", (0, 2_000),
        "Time a foot touches the ground in each stride.", health_kit=("RunningGroundContactTime",),
    ),
    _mobility(
        313, "running_vertical_oscillation", "Vertical oscillation", CENTIMETRES, "mean", (0, 50),
        "Up and down movement while running.", health_kit=("RunningVerticalOscillation",),
    ),
    _mobility(
        314, "running_stride_length", "Running stride length", METRES, "mean", (0, 5), "Distance of one stride.",
        health_kit=("RunningStrideLength",),
    ),
    _mobility(
        315, "steps_cadence", "Step cadence", RPM, "mean", (0, 400), "Steps per minute.",
        health_connect=("StepsCadenceRecord",),
    ),
    _mobility(
        316, "power", "Power", WATTS, "mean", (0, 3_000), "Power of any exercise.", health_connect=("PowerRecord",),
    ),
    _mobility(
        317, "cycling_power", "Cycling power", WATTS, "mean", (0, 3_000), "Power on a bicycle.",
        health_kit=("CyclingPower",),
    ),
    _mobility(
        318, "cycling_cadence", "Cycling cadence", RPM, "mean", (0, 300), "Turns of the pedals per minute.",
        health_kit=("CyclingCadence",), health_connect=("CyclingPedalingCadenceRecord",),
    ),
    _mobility(
        319, "cycling_speed", "Cycling speed", METRES_PER_SECOND, "mean", (0, 60), "Speed on a bicycle.",
        health_kit=("CyclingSpeed",),
    ),
    _mobility(
        320, "cycling_functional_threshold_power", "Functional threshold power", WATTS, "last", (0, 1_000),
        "Greatest power that can be held for an hour.", health_kit=("CyclingFunctionalThresholdPower",),
    ),
    _mobility(
        321, "swimming_strokes", "Swimming strokes", COUNT, "sum", (0, 100_000), "Strokes while swimming.",
        health_kit=("SwimmingStrokeCount",),
    ),
    _mobility(
        322, "rowing_speed", "Rowing speed", METRES_PER_SECOND, "mean", (0, 20), "Speed while rowing.",
        health_kit=("RowingSpeed",),
    ),
    _mobility(
        323, "paddling_speed", "Paddle sports speed", METRES_PER_SECOND, "mean", (0, 20), "Speed while paddling.",
        health_kit=("PaddleSportsSpeed",),
    ),
    _mobility(
        324, "cross_country_skiing_speed", "Cross-country skiing speed", METRES_PER_SECOND, "mean", (0, 40),
        "Speed on cross-country skis.", health_kit=("CrossCountrySkiingSpeed",),
    ),
)  # fmt: skip
