"""The scale, most mornings."""

from healthpartner.domains.sandbox.life.days import Day, Days
from healthpartner.domains.sandbox.life.nights import asleep_span
from healthpartner.domains.sandbox.life.records import Records

_MORNINGS = 0.6
_AFTER_WAKING_MS = 900_000
_FAT_SHARE = {"female": 29.0}
_FAT_OTHERS = 21.0
_USUAL_BMI = 23.0


def add_body(days: Days, day: Day, records: Records) -> None:
    persona, chance = days.persona, days.chance.of("body", day.number)
    scale = persona.wearing.scale
    if scale is None or chance.random() > _MORNINGS:
        return
    at = [asleep_span(day)[1] + _AFTER_WAKING_MS]
    kilograms = persona.weight_kg * (1 + 0.025 * days.chance.drift("weight", day.number, 60)) + float(
        chance.normal(0, 0.35)
    )
    bmi = kilograms / (persona.height_cm / 100) ** 2
    fat = _FAT_SHARE.get(persona.gender, _FAT_OTHERS) + 1.2 * (bmi - _USUAL_BMI) + float(chance.normal(0, 0.4))
    records.add(scale, "weight", day, at, [round(kilograms, 2)])
    records.add(scale, "bmi", day, at, [round(bmi, 2)])
    records.add(scale, "body_fat", day, at, [round(max(6.0, fat), 1)])
