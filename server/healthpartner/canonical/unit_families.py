"""Unit families: the canonical spelling, its UCUM code, and the spellings of HealthKit, Health Connect and partners.

`%` always means 0 to 100. HealthKit writes fractions (0 to 1) under the unit `%`;
`units.health_kit_unit` respells those as `fraction`.
"""

from healthpartner.canonical.metric import family

FRACTION = "fraction"

_MMOL_GLUCOSE = 18.0182
_FAHRENHEIT = (5 / 9, -160 / 9)
_JOULES_PER_KCAL = 4184.0
_KG_PER_LB = 0.45359237
_M_PER_MILE = 1609.344

_PER_MINUTE = {"count/min": 1, "/min": 1, "count/s": 60, "Hz": 60, "bpm": 1, "rpm": 1}

BPM = family("bpm", "{beats}/min", {**_PER_MINUTE, "beats/min": 1})
BREATHS = family("breaths/min", "{breaths}/min", {**_PER_MINUTE, "brpm": 1})
RPM = family("rpm", "{rev}/min", _PER_MINUTE)
MILLISECONDS = family("ms", "ms", {"s": 1000, "sec": 1000, "us": 0.001, "µs": 0.001})
MINUTES = family("min", "min", {"minutes": 1, "s": 1 / 60, "sec": 1 / 60, "hr": 60, "h": 60, "ms": 1 / 60_000})
MMHG = family("mmHg", "mm[Hg]", {"kPa": 7.500616827, "Pa": 0.007500616827, "cmAq": 0.735559, "inHg": 25.4})
PERCENT = family("%", "%", {"percent": 1, FRACTION: 100})
GLUCOSE = family(
    "mg/dL",
    "mg/dL",
    {"mmol/L": _MMOL_GLUCOSE, "mmol<180.1558800000541>/L": _MMOL_GLUCOSE, "mmol<180.15588>/L": _MMOL_GLUCOSE},
)
COUNT = family("count", "{count}", {"steps": 1, "floors": 1, "1": 1, "times": 1})
KILOCALORIES = family(
    "kcal", "kcal", {"Cal": 1, "cal": 0.001, "kJ": 1000 / _JOULES_PER_KCAL, "J": 1 / _JOULES_PER_KCAL}
)
KILOCALORIES_PER_DAY = family("kcal/day", "kcal/d", {"kcal/d": 1, "W": 86_400 / _JOULES_PER_KCAL})
METRES = family(
    "m", "m", {"km": 1000, "cm": 0.01, "mm": 0.001, "mi": _M_PER_MILE, "yd": 0.9144, "ft": 0.3048, "in": 0.0254}
)
CENTIMETRES = family("cm", "cm", {"m": 100, "mm": 0.1, "in": 2.54, "ft": 30.48})
METRES_PER_SECOND = family(
    "m/s",
    "m/s",
    {
        "km/hr": 1 / 3.6,
        "km/h": 1 / 3.6,
        "mi/hr": _M_PER_MILE / 3600,
        "mph": _M_PER_MILE / 3600,
        "ft/s": 0.3048,
        "cm/s": 0.01,
    },
)
KILOGRAMS = family("kg", "kg", {"g": 0.001, "lb": _KG_PER_LB, "oz": _KG_PER_LB / 16, "st": _KG_PER_LB * 14})
GRAMS = family("g", "g", {"kg": 1000, "mg": 0.001, "mcg": 1e-6, "µg": 1e-6, "oz": 28.349523125})
MILLIGRAMS = family("mg", "mg", {"g": 1000, "mcg": 0.001, "µg": 0.001, "ug": 0.001, "μg": 0.001, "kg": 1e6})
MICROGRAMS = family("µg", "ug", {"mcg": 1, "μg": 1, "mg": 1000, "g": 1e6, "kg": 1e9})
MILLILITRES = family(
    "mL",
    "mL",
    {"L": 1000, "l": 1000, "ml": 1, "fl_oz_us": 29.5735295625, "fl_oz_imp": 28.4130625, "cup_us": 236.5882365},
)
LITRES = family("L", "L", {"l": 1, "mL": 0.001, "ml": 0.001})
LITRES_PER_MINUTE = family("L/min", "L/min", {"L/s": 60, "mL/min": 0.001})
BODY_MASS_INDEX = family("kg/m²", "kg/m2", {"kg/m^2": 1, "count": 1})
CELSIUS = family("°C", "Cel", {"degC": (1, 0), "C": (1, 0), "degF": _FAHRENHEIT, "°F": _FAHRENHEIT, "K": (1, -273.15)})
CELSIUS_DELTA = family("°C", "Cel", {"degC": 1, "C": 1, "K": 1, "degF": 5 / 9, "°F": 5 / 9})
VO2 = family("mL/kg/min", "mL/kg/min", {"mL/min·kg": 1, "mL/(kg·min)": 1, "ml/kg/min": 1, "mL/min/kg": 1})
MET = family("MET", "[MET]", {"kcal/hr·kg": 1, "kcal/(kg·hr)": 1, "kcal/kg/h": 1})
WATTS = family("W", "W", {"kW": 1000})
MILLIVOLTS = family("mV", "mV", {"V": 1000, "mcV": 0.001, "µV": 0.001, "uV": 0.001})
MICROSIEMENS = family("µS", "uS", {"mcS": 1, "uS": 1, "S": 1e6, "mS": 1000})
DECIBELS = family("dB", "dB[SPL]", {"dBASPL": 1, "dBA": 1})
INTERNATIONAL_UNITS = family("IU", "[iU]", {"iu": 1})
SCORE = family("score", "{score}", {"appleEffortScore": 1, "count": 1, "level": 1})
