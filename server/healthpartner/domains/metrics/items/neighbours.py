"""Which of a partner's own ids are neighbours: many partners count, or write an instant into their ids, so that ids which
come together differ in a few digits only.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.samples import Int64s

ALONE = -1
PLACES = 1000

_BLANK = 0
_ZERO, _NINE = ord("0"), ord("9")
_LOWER = 0x20
_LAST_ASCII = 0x7F
_WIDEST_GAP = 2

# A row for each column of the texts, so that what goes along the texts is done to all of them at once.
_Characters = NDArray[np.uint8]
_Columns = NDArray[np.int16]
_Mask = NDArray[np.bool_]


class Neighbourhoods(NamedTuple):
    """For each id what it shares with its neighbours, and its place among them, below `PLACES`.

    The place is three digits near each other, if possible those that end with the last one other than 0; what is shared
    is the id in UTF-8 with NUL in their stead. Both together are the id and no other. An id without such digits is `ALONE`.
    """

    shared: list[bytes]
    places: Int64s


def neighbourhoods(client_ids: Sequence[str]) -> Neighbourhoods:
    """What an id becomes depends on nothing but the id. There must be one at least."""
    octets = [client_id.encode() for client_id in client_ids]
    texts = np.array(octets)
    characters = np.ascontiguousarray(texts.view(np.uint8).reshape(len(texts), -1).T)
    digits = _counting_digits(characters)
    counting = (digits[0] >= 0) & _are_whole(characters, octets)
    at = (digits[:, counting], np.flatnonzero(counting))
    hundreds, tens, ones = characters[at].astype(np.int64) - _ZERO
    places = np.full(len(client_ids), ALONE)
    places[counting] = hundreds * 100 + tens * 10 + ones
    characters[at] = _BLANK
    shared: list[bytes] = np.ascontiguousarray(characters.T).view(texts.dtype).ravel().tolist()
    return Neighbourhoods(shared, places)


def _counting_digits(characters: _Characters) -> _Columns:
    """The columns of the three digits, one row for each of them; the first is -1 where there are none."""
    digits = (characters >= _ZERO) & (characters <= _NINE)
    letters = _are_letters(characters)
    before, letter, between = _last(digits), _last(letters), _last(~(digits | letters))
    unlike_zero = _three(_last(digits & (characters != _ZERO))[-1], before, letter)
    last = _three(before[-1], before, letter)
    found = np.where(unlike_zero[0] >= 0, unlike_zero, last)
    found[0, _go_on_hexadecimal(found[0], characters, letter, between)] = -1
    return found


def _three(third: _Columns, before: _Columns, letter: _Columns) -> _Columns:
    """The digits that end in a column, where at most one character that is no letter lies between two of them."""
    second = _left_of(third, before)
    first = _left_of(second, before)
    near = (third - second <= _WIDEST_GAP) & (second - first <= _WIDEST_GAP) & (_left_of(third, letter) < first)
    return np.stack((np.where(near, first, np.int16(-1)), second, third))


def _go_on_hexadecimal(first: _Columns, characters: _Characters, letter: _Columns, between: _Columns) -> _Mask:
    """Whether digits go on a word with a letter from a to f before them, as those of a random UUID do."""
    found = _left_of(first, letter)
    lower = characters[found, np.arange(characters.shape[1])] | _LOWER
    hexadecimal: _Mask = (found > _left_of(first, between)) & (lower >= ord("a")) & (lower <= ord("f"))
    return hexadecimal


def _are_letters(characters: _Characters) -> _Mask:
    """What is neither a digit nor ASCII punctuation."""
    lower = characters | _LOWER
    return ((lower >= ord("a")) & (lower <= ord("z"))) | (characters > _LAST_ASCII)


def _are_whole(characters: _Characters, octets: Sequence[bytes]) -> _Mask:
    """Whether there is no NUL in an id: it would look like a blank, and at the end the array does not show it."""
    whole: _Mask = np.count_nonzero(characters, axis=0) == np.fromiter(map(len, octets), np.intp, len(octets))
    return whole


def _last(marked: _Mask) -> _Columns:
    """Before each column the last one that is marked, -1 where there is none; one row more, for before the end."""
    reached: _Columns = np.zeros((len(marked) + 1, marked.shape[1]), np.int16)
    np.multiply(marked, np.arange(1, len(marked) + 1, dtype=np.int16)[:, None], out=reached[1:])
    # Row by row, which is several times as quick as an accumulation.
    for above, row in pairwise(reached):
        np.maximum(above, row, out=row)
    return reached - np.int16(1)


def _left_of(column: _Columns, last: _Columns) -> _Columns:
    """What `last` says for a column of each text; before -1 there is nothing, either."""
    return last[np.maximum(column, 0), np.arange(len(column))]
