"""Which of a partner's own ids are neighbours: most partners count, or write an instant into their ids, so that ids which
come together differ in a few digits only.
"""

from collections.abc import Sequence
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

_Characters = NDArray[np.uint32]
_Column = NDArray[np.intp]
_Columns = NDArray[np.intp]
_Mask = NDArray[np.bool_]


class Neighbourhoods(NamedTuple):
    """For each id what it shares with its neighbours, and its place among them, below `PLACES`.

    The place is the last three digits that end with another one than 0; what is shared is the id with NUL in their
    stead. Both together are the id and no other. Ids without such digits are `ALONE`, and shared is nothing.
    """

    shared: list[str]
    places: Int64s


def neighbourhoods(client_ids: Sequence[str]) -> Neighbourhoods:
    """What an id becomes depends on nothing but the id. There must be one at least."""
    texts = np.array(client_ids, np.str_)
    characters = texts.view(np.uint32).reshape(len(client_ids), -1).copy()
    at = _counting_digits(characters)
    rows = np.flatnonzero((at[0] >= 0) & _are_whole(characters, client_ids))
    at = at[:, rows]
    places = np.full(len(client_ids), ALONE)
    hundreds, tens, ones = characters[rows, at].astype(np.int64) - _ZERO
    places[rows] = hundreds * 100 + tens * 10 + ones
    characters[rows, at] = _BLANK
    shared: list[str] = characters.view(texts.dtype).ravel().tolist()
    return Neighbourhoods(shared, places)


def _counting_digits(characters: _Characters) -> _Columns:
    """The columns of the three digits, one row for each of them; -1 in the first where there are none."""
    digits = (characters >= _ZERO) & (characters <= _NINE)
    letters = _are_letters(characters)
    third = _last(digits & (characters != _ZERO))[:, -1]
    before, letter = _last(digits), _last(letters)
    second = _left_of(third, before)
    first = _left_of(second, before)
    near = (third - second <= _WIDEST_GAP) & (second - first <= _WIDEST_GAP)
    letter = _left_of(third, letter)
    counting = near & (letter < first) & ~_is_random(characters, _last(~(letters | digits)), letter, first)
    return np.stack((np.where(counting, first, -1), second, third))


def _is_random(characters: _Characters, between_words: _Columns, letter: _Column, first: _Column) -> _Mask:
    """Whether the digits go on a word that has a letter from a to f before them, as those of a random UUID do."""
    found = characters[np.arange(len(characters)), letter] | _LOWER
    in_hexadecimal = (letter >= 0) & (found >= ord("a")) & (found <= ord("f"))
    return in_hexadecimal & (_left_of(first, between_words) < letter)


def _are_letters(characters: _Characters) -> _Mask:
    """What is neither a digit nor ASCII punctuation."""
    lower = characters | _LOWER
    return ((lower >= ord("a")) & (lower <= ord("z"))) | (characters > _LAST_ASCII)


def _are_whole(characters: _Characters, client_ids: Sequence[str]) -> _Mask:
    """Whether there is no NUL in an id: it would look like a blank, and at the end the array does not show it."""
    return np.count_nonzero(characters, axis=1) == np.fromiter(map(len, client_ids), np.intp, len(client_ids))


def _last(marked: _Mask) -> _Columns:
    """At each column the last one up to it that is marked, -1 where there is none."""
    columns = np.where(marked, np.arange(marked.shape[1]), -1)
    reached: _Columns = np.maximum.accumulate(columns, axis=1)
    return reached


def _left_of(column: _Column, last: _Columns) -> _Column:
    """In each row what `last` says just before a column, -1 where there is nothing before."""
    return np.where(column > 0, last[np.arange(len(last)), np.maximum(column - 1, 0)], -1)
