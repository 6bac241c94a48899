"""The smallest parts of a chunk: variable-length integers, and byte planes that compress better than whole numbers."""

import struct

import numpy as np
from numpy.typing import NDArray

UInt64s = NDArray[np.uint64]

_WIDTHS = (1, 2, 4, 8)
_MORE = 0x80
_LOW_BITS = 0x7F
_PAIR = struct.Struct("<dd")


class CorruptChunk(ValueError):
    """The bytes are not a chunk of samples."""


class Reader:
    """Reads a chunk from front to back. Raises CorruptChunk where it ends too early."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def byte(self) -> int:
        return self.take(1)[0]

    def take(self, size: int) -> bytes:
        end = self._at + size
        if end > len(self._data):
            raise CorruptChunk("the chunk ends too early")
        part = self._data[self._at : end]
        self._at = end
        return part

    def unsigned(self) -> int:
        value, shift = 0, 0
        while True:
            byte = self.byte()
            value |= (byte & _LOW_BITS) << shift
            if byte < _MORE:
                return value
            shift += 7

    def signed(self) -> int:
        value = self.unsigned()
        return value >> 1 ^ -(value & 1)

    def floats(self) -> tuple[float, float]:
        first, second = _PAIR.unpack(self.take(_PAIR.size))
        return first, second

    def planes(self, count: int, width: int) -> UInt64s:
        """`count` unsigned integers of `width` bytes, stored byte plane by byte plane."""
        if width not in _WIDTHS:
            raise CorruptChunk("the chunk has an unknown integer width")
        raw = np.frombuffer(self.take(count * width), np.uint8).reshape(width, count)
        return np.ascontiguousarray(raw.T).view(f"<u{width}").reshape(count).astype(np.uint64)


def put_unsigned(out: bytearray, value: int) -> None:
    while value >= _MORE:
        out.append(value & _LOW_BITS | _MORE)
        value >>= 7
    out.append(value)


def put_signed(out: bytearray, value: int) -> None:
    put_unsigned(out, value << 1 if value >= 0 else (-value << 1) - 1)


def put_floats(out: bytearray, first: float, second: float) -> None:
    out += _PAIR.pack(first, second)


def width_of(largest: int) -> int:
    """Bytes that hold `largest`: 0 for zero, else 1, 2, 4 or 8."""
    if largest == 0:
        return 0
    return next(width for width in _WIDTHS if largest < 1 << 8 * width)


def to_planes(values: UInt64s, width: int) -> NDArray[np.uint8]:
    """(width, n) bytes: all lowest bytes first, then the next ones."""
    narrow = np.ascontiguousarray(values.astype(f"<u{width}"))
    return np.ascontiguousarray(narrow.view(np.uint8).reshape(len(values), width).T)
