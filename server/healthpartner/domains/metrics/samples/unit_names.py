"""The units that the values of a chunk were told in: by name, for their places in the catalogue may change."""

import numpy as np

from healthpartner.canonical.metric import Metric
from healthpartner.canonical.samples import Int16s, SampleBatch
from healthpartner.domains.metrics.samples.columns import put_integers, read_integers
from healthpartner.domains.metrics.samples.wire import CorruptChunk, Reader, put_unsigned

_MOST = 64


def put_units(out: bytearray, batch: SampleBatch) -> None:
    """Appends the names of a batch whose units are told, and each value's place among them."""
    unit = np.zeros(len(batch), np.int16) if batch.unit is None else batch.unit
    places, each = np.unique(unit, return_inverse=True)
    known = list(batch.metric.units)
    put_unsigned(out, len(places))
    for place in places.tolist():
        name = known[place].encode()
        put_unsigned(out, len(name))
        out += name
    put_integers(out, each.astype(np.int64))


def read_units(reader: Reader, count: int, metric: Metric) -> Int16s:
    """A name that the catalogue has no more is read as the canonical unit."""
    named = reader.unsigned()
    if not 0 < named <= _MOST:
        raise CorruptChunk("the chunk has an unknown number of units")
    names = [reader.take(reader.unsigned()).decode(errors="replace") for _ in range(named)]
    known = {name: place for place, name in enumerate(metric.units)}
    each = read_integers(reader, count)
    if len(each) and not (each.min() >= 0 and each.max() < named):
        raise CorruptChunk("the chunk has a unit without a name")
    return np.array([known.get(name, 0) for name in names], np.int16)[each]
