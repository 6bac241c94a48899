"""Everyday activity: steps, distance, energy and time."""

from functools import partial

from healthpartner.canonical.metric import define
from healthpartner.canonical.unit_families import COUNT, KILOCALORIES, MET, METRES, MINUTES, SCORE, VO2

_activity = partial(define, domain="activity")

ACTIVITY = (
    _activity(
        201, "steps", "Steps", COUNT, "sum", (0, 200_000), "Steps taken.",
        health_kit=("StepCount",), health_connect=("StepsRecord",), loinc="55423-8",
    ),
    _activity(
        202, "calories", "Active energy", KILOCALORIES, "sum", (0, 30_000), "Energy burned by moving.",
        health_kit=("ActiveEnergyBurned",), health_connect=("ActiveCaloriesBurnedRecord",), loinc="41981-2",
    ),
    _activity(
        203, "basal_calories", "Basal energy", KILOCALORIES, "sum", (0, 10_000), "Energy burned at rest.",
        health_kit=("BasalEnergyBurned",),
    ),
    _activity(
        204, "total_calories", "Total energy", KILOCALORIES, "sum", (0, 40_000), "Active and basal energy together.",
        health_connect=("TotalCaloriesBurnedRecord",),
    ),
    _activity(
        205, "distance", "Distance", METRES, "sum", (0, 1_000_000), "Distance covered by one's own effort, any kind.",
        health_connect=("DistanceRecord",), loinc="55430-3",
    ),
    _activity(
        206, "distance_walking_running", "Walking and running distance", METRES, "sum", (0, 500_000),
        "Distance on foot.", health_kit=("DistanceWalkingRunning",),
    ),
    _activity(
        207, "distance_cycling", "Cycling distance", METRES, "sum", (0, 1_000_000), "Distance by bicycle.",
        health_kit=("DistanceCycling",),
    ),
    _activity(
        208, "distance_swimming", "Swimming distance", METRES, "sum", (0, 200_000), "Distance swum.",
        health_kit=("DistanceSwimming",),
    ),
    _activity(
        209, "distance_wheelchair", "Wheelchair distance", METRES, "sum", (0, 500_000), "Distance by wheelchair.",
        health_kit=("DistanceWheelchair",),
    ),
    _activity(
        210, "distance_snow_sports", "Downhill snow sports distance", METRES, "sum", (0, 500_000),
        "Distance on skis or a snowboard.", health_kit=("DistanceDownhillSnowSports",),
    ),
    _activity(
        211, "distance_rowing", "Rowing distance", METRES, "sum", (0, 500_000), "Distance rowed.",
        health_kit=("DistanceRowing",),
    ),
    _activity(
        212, "distance_paddling", "Paddle sports distance", METRES, "sum", (0, 500_000), "Distance paddled.",
        health_kit=("DistancePaddleSports",),
    ),
    _activity(
        213, "distance_cross_country_skiing", "Cross-country skiing distance", METRES, "sum", (0, 500_000),
        "Distance on cross-country skis.", health_kit=("DistanceCrossCountrySkiing",),
    ),
    _activity(
        214, "distance_skating", "Skating distance", METRES, "sum", (0, 500_000), "Distance on skates.",
        health_kit=("DistanceSkatingSports",),
    ),
    _activity(
        215, "floors", "Floors climbed", COUNT, "sum", (0, 5_000), "Flights of stairs climbed.",
        health_kit=("FlightsClimbed",), health_connect=("FloorsClimbedRecord",),
    ),
    _activity(
        216, "elevation_gain", "Elevation gain", METRES, "sum", (0, 30_000), "Metres climbed.",
        health_connect=("ElevationGainedRecord",),
    ),
    _activity(
        217, "exercise_minutes", "Exercise minutes", MINUTES, "sum", (0, 1_440), "Time at or above a brisk walk.",
        health_kit=("AppleExerciseTime",), loinc="55411-3",
    ),
    _activity(
        218, "stand_minutes", "Stand minutes", MINUTES, "sum", (0, 1_440), "Time standing and moving a little.",
        health_kit=("AppleStandTime",),
    ),
    _activity(
        219, "move_minutes", "Move minutes", MINUTES, "sum", (0, 1_440), "Time in motion.",
        health_kit=("AppleMoveTime",),
    ),
    _activity(
        220, "push_count", "Wheelchair pushes", COUNT, "sum", (0, 200_000), "Pushes of the wheels of a wheelchair.",
        health_kit=("PushCount",), health_connect=("WheelchairPushesRecord",),
    ),
    _activity(
        221, "physical_effort", "Physical effort", MET, "mean", (0, 50), "Intensity as a multiple of rest.",
        health_kit=("PhysicalEffort",),
    ),
    _activity(
        222, "vo2_max", "VO₂ max", VO2, "last", (5, 120), "Greatest uptake of oxygen in exercise.",
        health_kit=("VO2Max",), health_connect=("Vo2MaxRecord",),
    ),
    _activity(
        223, "workout_effort", "Workout effort", SCORE, "mean", (0, 10), "How hard a workout felt, 0 to 10.",
        health_kit=("WorkoutEffortScore",),
    ),
    _activity(
        224, "estimated_workout_effort", "Estimated workout effort", SCORE, "mean", (0, 10),
        "How hard a workout was by a device's estimate, 0 to 10.", health_kit=("EstimatedWorkoutEffortScore",),
    ),
    _activity(
        225, "low_intensity_minutes", "Low intensity minutes", MINUTES, "sum", (0, 1_440),
        "Time moving below a brisk walk.",
    ),
    _activity(
        226, "moderate_intensity_minutes", "Moderate intensity minutes", MINUTES, "sum", (0, 1_440),
        "Time of moderate activity, such as a brisk walk.",
    ),
    _activity(
        227, "vigorous_intensity_minutes", "Vigorous intensity minutes", MINUTES, "sum", (0, 1_440),
        "Time of vigorous activity, such as running.",
    ),
)  # fmt: skip
