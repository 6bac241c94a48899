"""A life between two days, as it comes out of the devices."""

from collections.abc import Iterator
from datetime import date, timedelta

from healthpartner.domains.sandbox.life.body import add_body
from healthpartner.domains.sandbox.life.days import Days
from healthpartner.domains.sandbox.life.glucose import add_glucose
from healthpartner.domains.sandbox.life.heart import add_heart
from healthpartner.domains.sandbox.life.movement import add_movement, walks_of
from healthpartner.domains.sandbox.life.nights import add_nights
from healthpartner.domains.sandbox.life.persona import Persona
from healthpartner.domains.sandbox.life.records import Records, together
from healthpartner.domains.sandbox.life.training import add_training, training_of


def live(persona: Persona, seed: int, first: date, last: date) -> Records:
    """Everything that was noticed on the local days from `first` to `last`, both included."""
    days = Days(persona, seed)
    return together(_lived(days, on) for on in _dates(first, last))


def _lived(days: Days, on: date) -> Records:
    records, day = Records(), days.day(on)
    training = training_of(days, day)
    walks = walks_of(days, day, training)
    add_nights(days, day, records)
    add_movement(days, day, walks, records)
    if training is not None:
        add_training(days, day, training, records)
    add_heart(days, day, walks, training, records)
    add_body(days, day, records)
    add_glucose(days, day, walks, records)
    return records


def _dates(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
