"""Columns of a chunk: integers as residuals of the value or of its change, floats as scaled integers where exact."""

from collections.abc import Iterable
from math import isfinite

import numpy as np

from healthpartner.canonical.metric import Conversion
from healthpartner.canonical.samples import Float64s, Int64s
from healthpartner.domains.metrics.samples.wire import (
    CorruptChunk,
    Reader,
    UInt64s,
    put_floats,
    put_signed,
    to_planes,
    width_of,
)

_WIDTH_BITS = 0x0F
_CHANGES = 0x10
_THOUSANDS = 0x20

_IDENTITY: Conversion = (1.0, 0.0)
_DECIMALS = 6
_CONVERTED = 0x10
_RAW = 0xFF
_EXACT_INTEGERS = float(1 << 53)
_PROBED = 4


def put_integers(out: bytearray, values: Int64s, *, thousands: bool = False) -> None:
    """Append a column. `thousands` tries whole multiples of 1,000: milliseconds that are really seconds."""
    if not len(values):
        return
    lowest = int(values.min())
    # Columns that never change are common, and quick this way.
    if lowest == values.max():
        _put_same(out, lowest, thousands=thousands)
        return
    tag = 0
    if thousands and not (lowest % 1000 or (values % 1000).any()):
        tag, values = _THOUSANDS, values // 1000
    plain, lowest = _residuals(values)
    changes, slowest = _residuals(np.diff(values))
    if _bits(changes) <= _bits(plain):
        _put_residuals(out, tag | _CHANGES, changes, slowest)
        put_signed(out, int(values[0]))
    else:
        _put_residuals(out, tag, plain, lowest)


def _put_same(out: bytearray, value: int, *, thousands: bool) -> None:
    whole = thousands and not value % 1000
    out.append(_THOUSANDS if whole else 0)
    put_signed(out, value // 1000 if whole else value)


def read_integers(reader: Reader, count: int) -> Int64s:
    if not count:
        return np.empty(0, np.int64)
    tag = reader.byte()
    stored = count - 1 if tag & _CHANGES else count
    lowest = reader.signed()
    width = tag & _WIDTH_BITS
    residuals = reader.planes(stored, width) if width else np.zeros(stored, np.uint64)
    values = residuals.view(np.int64) + _wrapped(lowest)
    if tag & _CHANGES:
        values = np.cumsum(np.concatenate(([_wrapped(reader.signed())], values)), dtype=np.int64)
    return values * 1000 if tag & _THOUSANDS else values


def put_floats_column(out: bytearray, values: Float64s, conversions: Iterable[Conversion]) -> None:
    """Append a column. `conversions` are those a value may have come through: 5.5 mmol/L is two digits, 99.1001 is six."""
    values = np.ascontiguousarray(values, np.float64)
    for factor, offset in (_IDENTITY, *(each for each in conversions if each != _IDENTITY)):
        scaled = _scaled(values, factor, offset)
        if scaled is None:
            continue
        decimals, integers = scaled
        converted = (factor, offset) != _IDENTITY
        out.append(decimals | (_CONVERTED if converted else 0))
        if converted:
            put_floats(out, factor, offset)
        put_integers(out, integers)
        return
    out.append(_RAW)
    put_integers(out, values.view(np.int64))


def read_floats_column(reader: Reader, count: int) -> Float64s:
    kind = reader.byte()
    if kind == _RAW:
        return read_integers(reader, count).view(np.float64)
    decimals = kind & ~_CONVERTED
    if decimals > _DECIMALS:
        raise CorruptChunk("the chunk has an unknown number format")
    conversion = reader.floats() if kind & _CONVERTED else _IDENTITY
    return _restored(read_integers(reader, count).astype(np.float64), decimals, *conversion)


def _residuals(values: Int64s) -> tuple[UInt64s, int]:
    """(values - lowest, lowest); differences wrap around 2^64, so that none overflows."""
    if not len(values):
        return np.empty(0, np.uint64), 0
    lowest = values.min()
    return (values - lowest).view(np.uint64), int(lowest)


def _put_residuals(out: bytearray, tag: int, residuals: UInt64s, lowest: int) -> None:
    width = width_of(int(residuals.max())) if len(residuals) else 0
    out.append(tag | width)
    put_signed(out, lowest)
    if width:
        out += to_planes(residuals, width).tobytes()


def _bits(residuals: UInt64s) -> float:
    """About what the residuals take once compressed: small ones little. Compared, never stored."""
    return float(np.log2(residuals.astype(np.float64) + 1.0).sum())


def _scaled(values: Float64s, factor: float, offset: float) -> tuple[int, Int64s] | None:
    """(decimals, integers) that give back every bit of `values`, or None."""
    with np.errstate(all="ignore"):
        base = values if (factor, offset) == _IDENTITY else (values - offset) / factor
        first = list(zip(values[:_PROBED].tolist(), base[:_PROBED].tolist(), strict=True))
        for decimals in range(_DECIMALS + 1):
            if not _may_be_exact(first, decimals, factor, offset):
                continue
            integers = _exact(values, base, decimals, factor, offset)
            if integers is not None:
                return decimals, integers
    return None


def _may_be_exact(first: list[tuple[float, float]], decimals: int, factor: float, offset: float) -> bool:
    """A look at a few (value, base) in plain numbers, which is much quicker than at all of them."""
    scale = 10.0**decimals
    identity = (factor, offset) == _IDENTITY
    for value, base in first:
        scaled = base * scale
        if not isfinite(scaled):
            return False
        restored = round(scaled) / scale
        if (restored if identity else restored * factor + offset) != value:
            return False
    return True


def _exact(values: Float64s, base: Float64s, decimals: int, factor: float, offset: float) -> Int64s | None:
    rounded = np.rint(base * 10.0**decimals)
    if not (np.abs(rounded) < _EXACT_INTEGERS).all():
        return None
    # Through integers, as when read: they know no negative zero.
    integers = rounded.astype(np.int64)
    restored = _restored(integers.astype(np.float64), decimals, factor, offset)
    return integers if (restored.view(np.int64) == values.view(np.int64)).all() else None


def _restored(integers: Float64s, decimals: int, factor: float, offset: float) -> Float64s:
    values = integers / 10.0**decimals
    return values if (factor, offset) == _IDENTITY else values * factor + offset


def _wrapped(value: int) -> np.int64:
    if not -(1 << 63) <= value < 1 << 63:
        raise CorruptChunk("the chunk has a number out of range")
    return np.int64(value)
