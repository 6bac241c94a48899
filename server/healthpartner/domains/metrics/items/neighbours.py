"""Which of a partner's own ids are neighbours: many partners count, or write an instant into their ids, so that ids which
come together differ in a few digits only.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.samples import Int64s

ALONE = -1
PLACES = 1000

_BLANK = 0
_ZERO = ord("0")
_LAST_ASCII = 0x7F
_WIDEST_GAP = 2

# A row for each column of the texts, so that what goes along the texts is done to all of them at once.
_Characters = NDArray[np.uint8]
_Columns = NDArray[np.int16]

# What an octet is: punctuation of ASCII, a digit, or part of a letter, one of those from a to f or any other.
_BETWEEN, _NOUGHT, _DIGIT, _HEXADECIMAL, _LETTER = range(5)


def _kind_of(octet: int) -> int:
    if octet > _LAST_ASCII:
        return _LETTER
    character = chr(octet)
    if character.isdigit():
        return _NOUGHT if character == "0" else _DIGIT
    if character.isalpha():
        return _HEXADECIMAL if character in "abcdefABCDEF" else _LETTER
    return _BETWEEN


_KINDS = bytes(map(_kind_of, range(256)))


class Neighbourhoods(NamedTuple):
    """What neighbours share, each once; for each id which of that it has, and its place among them, below `PLACES`.

    The place is three digits near each other, if possible those that end with the last one other than 0; what is shared
    is the id in UTF-8 with NUL in their stead. Both together are the id and no other. An id without such digits is `ALONE`
    in both.
    """

    shared: list[bytes]
    of: Int64s
    places: Int64s


def neighbourhoods(client_ids: Sequence[str]) -> Neighbourhoods:
    """What an id becomes depends on nothing but the id. There must be one at least."""
    characters, lengths = _in_columns(client_ids)
    digits = _counting_digits(characters)
    # A NUL in an id would look like a blank.
    having = np.flatnonzero((digits[0] >= 0) & (np.count_nonzero(characters, axis=0) == lengths))
    at = (digits[:, having], having)
    hundreds, tens, ones = characters[at].astype(np.int64) - _ZERO
    places, of = np.full(len(lengths), ALONE), np.full(len(lengths), ALONE)
    places[having] = hundreds * 100 + tens * 10 + ones
    characters[at] = _BLANK
    shared, of[having] = _distinct(characters[:, having])
    return Neighbourhoods(shared, of, places)


def _in_columns(texts: Sequence[str]) -> tuple[_Characters, NDArray[np.intp]]:
    """(the octets of each, with NUL after its end, how many they are)."""
    joined = "".join(texts)
    plain: Iterable[str | bytes] = texts if joined.isascii() else map(str.encode, texts)
    lengths = np.fromiter(map(len, plain), np.intp, len(texts))
    octets = np.frombuffer(joined.encode(), np.uint8)
    if (lengths == lengths[0]).all():
        return octets.reshape(len(texts), -1).T.copy(), lengths
    rows = np.zeros((len(texts), int(lengths.max())), np.uint8)
    rows[np.arange(rows.shape[1]) < lengths[:, None]] = octets
    return rows.T.copy(), lengths


def _distinct(characters: _Characters) -> tuple[list[bytes], Int64s]:
    """(the texts without NUL at their ends, each once, which of them each one is)."""
    firsts, runs = _runs(characters)
    texts = np.ascontiguousarray(characters[:, firsts].T).view(f"S{len(characters)}").ravel().tolist()
    numbers = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    return list(numbers), np.array([numbers[text] for text in texts], np.int64)[runs]


def _runs(characters: _Characters) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(those that are unlike the one before them, for each one which of those it is like).

    Ids that come together are much alike; what is found out about one of a run is true of all.
    """
    unlike = np.ones(characters.shape[1], np.bool_)
    (characters[:, 1:] != characters[:, :-1]).any(axis=0, out=unlike[1:])
    return np.flatnonzero(unlike), np.cumsum(unlike) - 1


def _counting_digits(characters: _Characters) -> _Columns:
    """The columns of the three digits, one row for each of them; the first is -1 where there are none."""
    kinds = np.frombuffer(characters.tobytes().translate(_KINDS), np.uint8).reshape(characters.shape)
    firsts, runs = _runs(kinds)
    return _of_kinds(kinds[:, firsts])[:, runs]


def _of_kinds(kinds: _Characters) -> _Columns:
    """Three digits in a row, at most one character that is no letter between two of them: if possible those that end with
    the last one other than 0, else the last ones. None that go on a hexadecimal word, as those of a random UUID do.
    """
    digit, letter = kinds == _DIGIT, kinds >= _HEXADECIMAL
    last = _last(np.stack((digit, digit | (kinds == _NOUGHT), letter, kinds == _BETWEEN), axis=1))
    before, letters, between = last[:, 1], last[:, 2], last[:, 3]
    third = last[-1, :2]
    second = _left_of(third, before)
    first = _left_of(second, before)
    near = (third - second <= _WIDEST_GAP) & (second - first <= _WIDEST_GAP) & (_left_of(third, letters) < first)
    columns = np.where(near[0], (first[0], second[0], third[0]), (first[1], second[1], third[1]))
    word = _left_of(columns[0], letters)
    random = (word > _left_of(columns[0], between)) & (kinds[word, np.arange(len(word))] == _HEXADECIMAL)
    columns[0, random | ~(near[0] | near[1])] = -1
    return columns


def _last(marked: NDArray[np.bool_]) -> _Columns:
    """Before each column the last one that is marked, -1 where there is none; one row more, for before the end."""
    reached: _Columns = np.zeros((len(marked) + 1, *marked.shape[1:]), np.int16)
    np.multiply(marked, np.arange(1, len(marked) + 1, dtype=np.int16)[:, None, None], out=reached[1:])
    # Row by row, which is several times as quick as an accumulation.
    for above, row in pairwise(reached):
        np.maximum(above, row, out=row)
    return reached - np.int16(1)


def _left_of(column: _Columns, last: _Columns) -> _Columns:
    """What `last` says for a column of each text; before -1 there is nothing, either."""
    return last[np.maximum(column, 0), np.arange(column.shape[-1])]
