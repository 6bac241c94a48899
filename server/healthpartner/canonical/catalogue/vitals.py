"""Vital signs: heart, breath, blood and temperature."""

from functools import partial

from healthpartner.canonical.metric import define
from healthpartner.canonical.unit_families import (
    BPM,
    BREATHS,
    CELSIUS,
    CELSIUS_DELTA,
    GLUCOSE,
    LITRES,
    LITRES_PER_MINUTE,
    MICROSIEMENS,
    MILLISECONDS,
    MILLIVOLTS,
    MMHG,
    PERCENT,
    SCORE,
)

_vital = partial(define, domain="vitals")

VITALS = (
    _vital(
        101, "heart_rate", "Heart rate", BPM, "mean", (20, 300), "Heartbeats per minute at any time of day.",
        health_kit=("HeartRate",), health_connect=("HeartRateRecord",), loinc="8867-4",
    ),
    _vital(
        102, "resting_heart_rate", "Resting heart rate", BPM, "mean", (20, 200), "Heart rate at complete rest.",
        health_kit=("RestingHeartRate",), health_connect=("RestingHeartRateRecord",), loinc="40443-4",
    ),
    _vital(
        103, "walking_heart_rate", "Walking heart rate", BPM, "mean", (20, 250), "Mean heart rate while walking.",
        health_kit=("WalkingHeartRateAverage",),
    ),
    _vital(
        104, "heart_rate_recovery", "Heart rate recovery", BPM, "mean", (0, 150),
        "Fall of the heart rate in the first minute after exercise.", health_kit=("HeartRateRecoveryOneMinute",),
    ),
    _vital(
        105, "hrv", "Heart rate variability (RMSSD)", MILLISECONDS, "mean", (0, 1000),
        "Root mean square of successive differences between heartbeats. Not comparable with SDNN.",
        health_connect=("HeartRateVariabilityRmssdRecord",),
    ),
    _vital(
        106, "hrv_sdnn", "Heart rate variability (SDNN)", MILLISECONDS, "mean", (0, 1000),
        "Standard deviation of the intervals between heartbeats. Not comparable with RMSSD.",
        health_kit=("HeartRateVariabilitySDNN",), loinc="80404-7",
    ),
    _vital(
        107, "respiratory_rate", "Respiratory rate", BREATHS, "mean", (2, 100), "Breaths per minute.",
        health_kit=("RespiratoryRate",), health_connect=("RespiratoryRateRecord",), loinc="9279-1",
    ),
    _vital(
        108, "blood_oxygen", "Blood oxygen", PERCENT, "mean", (40, 100), "Oxygen saturation of the blood.",
        health_kit=("OxygenSaturation",), health_connect=("OxygenSaturationRecord",), loinc="59408-5",
    ),
    _vital(
        109, "blood_pressure", "Blood pressure", MMHG, "mean", (20, 350), "Systolic and diastolic pressure.",
        components=("systolic", "diastolic"), health_kit=("BloodPressureSystolic", "BloodPressureDiastolic"),
        health_connect=("BloodPressureRecord",), loinc="85354-9",
    ),
    _vital(
        110, "glucose", "Glucose", GLUCOSE, "mean", (10, 1000), "Glucose from a sensor or a finger-prick.",
        health_kit=("BloodGlucose",), health_connect=("BloodGlucoseRecord",), loinc="2339-0",
    ),
    _vital(
        111, "body_temperature", "Body temperature", CELSIUS, "mean", (25, 45), "Temperature of the body.",
        health_kit=("BodyTemperature",), health_connect=("BodyTemperatureRecord",), loinc="8310-5",
    ),
    _vital(
        112, "body_temperature_delta", "Body temperature delta", CELSIUS_DELTA, "mean", (-15, 15),
        "Difference of the skin temperature during sleep from the wearer's own baseline.",
        health_connect=("SkinTemperatureRecord",),
    ),
    _vital(
        113, "sleeping_wrist_temperature", "Sleeping wrist temperature", CELSIUS, "mean", (15, 45),
        "Temperature at the wrist during sleep, absolute.", health_kit=("AppleSleepingWristTemperature",),
    ),
    _vital(
        114, "basal_body_temperature", "Basal body temperature", CELSIUS, "mean", (25, 45),
        "Temperature on waking, before getting up.",
        health_kit=("BasalBodyTemperature",), health_connect=("BasalBodyTemperatureRecord",),
    ),
    _vital(
        115, "perfusion_index", "Peripheral perfusion index", PERCENT, "mean", (0, 100),
        "Strength of the pulse at the sensor.", health_kit=("PeripheralPerfusionIndex",), loinc="61006-3",
    ),
    _vital(
        116, "ecg_voltage", "ECG voltage", MILLIVOLTS, "mean", (-50, 50), "Voltage of one electrocardiogram lead.",
        health_kit=("HKDataTypeIdentifierElectrocardiogram",),
    ),
    _vital(
        117, "electrodermal_activity", "Electrodermal activity", MICROSIEMENS, "mean", (0, 200),
        "Conductance of the skin.", health_kit=("ElectrodermalActivity",),
    ),
    _vital(
        118, "afib_burden", "Atrial fibrillation burden", PERCENT, "mean", (0, 100),
        "Estimated share of time in atrial fibrillation.", health_kit=("AtrialFibrillationBurden",),
    ),
    _vital(
        119, "breathing_disturbances", "Sleeping breathing disturbances", SCORE, "mean", (0, 500),
        "Disturbances of breathing during sleep.", health_kit=("AppleSleepingBreathingDisturbances",),
    ),
    _vital(
        120, "peak_expiratory_flow", "Peak expiratory flow", LITRES_PER_MINUTE, "mean", (0, 1500),
        "Greatest flow when breathing out.", health_kit=("PeakExpiratoryFlowRate",), loinc="19935-6",
    ),
    _vital(
        121, "forced_vital_capacity", "Forced vital capacity", LITRES, "mean", (0, 15),
        "Air breathed out after a full breath.", health_kit=("ForcedVitalCapacity",), loinc="19868-9",
    ),
    _vital(
        122, "forced_expiratory_volume", "Forced expiratory volume (1 s)", LITRES, "mean", (0, 15),
        "Air breathed out in the first second.", health_kit=("ForcedExpiratoryVolume1",), loinc="20150-9",
    ),
    _vital(
        123, "stress_level", "Stress level", SCORE, "mean", (0, 100), "A device's own stress score, 0 to 100.",
    ),
)  # fmt: skip
