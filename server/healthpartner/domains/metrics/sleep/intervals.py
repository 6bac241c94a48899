"""Stage intervals as bytes, a few for each interval, and back."""

import msgspec

from healthpartner.canonical.sleep import SleepStage, StageInterval

_numbers = msgspec.msgpack.Decoder(list[int])
_A_ROW = 3


def encode(stages: tuple[StageInterval, ...], start_ms: int) -> bytes:
    """For each interval: stage, distance of its start from the end of the one before, duration."""
    numbers: list[int] = []
    before = start_ms
    for each in stages:
        numbers += (each.stage, each.start_ms - before, each.end_ms - each.start_ms)
        before = each.end_ms
    return msgspec.msgpack.encode(numbers) if numbers else b""


def decode(data: bytes, start_ms: int) -> tuple[StageInterval, ...]:
    if not data:
        return ()
    numbers = _numbers.decode(data)
    stages: list[StageInterval] = []
    before = start_ms
    for at in range(0, len(numbers), _A_ROW):
        stage, distance, duration = numbers[at : at + _A_ROW]
        first = before + distance
        before = first + duration
        stages.append(StageInterval(SleepStage(stage), first, before))
    return tuple(stages)
