"""The way that a workout took as bytes, and back without a loss."""

import numpy as np
import zstandard

from healthpartner.canonical.workouts import Route
from healthpartner.domains.metrics.samples.columns import (
    put_floats_column,
    put_integers,
    read_floats_column,
    read_integers,
)
from healthpartner.domains.metrics.samples.wire import Reader, put_unsigned

_LARGEST = 1 << 28
# Garmin counts in 2^31 parts of half a turn.
_SEMICIRCLES = (180.0 / (1 << 31), 0.0)


def encode(route: Route) -> bytes:
    body = bytearray()
    put_unsigned(body, len(route))
    put_integers(body, route.start_ms.astype(np.int64), thousands=True)
    for column in (route.latitude, route.longitude, route.altitude_m):
        put_floats_column(body, column, (_SEMICIRCLES,))
    return zstandard.ZstdCompressor(level=3).compress(bytes(body))


def decode(data: bytes) -> Route:
    reader = Reader(zstandard.ZstdDecompressor().decompress(data, max_output_size=_LARGEST))
    count = reader.unsigned()
    start_ms = read_integers(reader, count)
    latitude, longitude, altitude_m = (read_floats_column(reader, count) for _ in range(3))
    return Route(start_ms, latitude, longitude, altitude_m)
