"""Takes the records out of an export's text that look as nearly all of them do, before the parser sees them.

A parser needs most of an import's time for attributes that nobody asks for. So every unbroken run of such records leaves
a mark in its place, an empty element, and the parser meets the mark wherever it would have met the records: in a
correlation, in a comment, or behind the place where the text breaks. It alone judges what the document is. What does not
look exactly like this stays in the text.
"""

import os
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

from healthpartner.providers.xml_prolog import without_controls

_PLAIN = rb"[ !#-%'-;=-~]*"
_ENTITY = rb"&(?:amp|lt|gt|quot|apos);"
_ESCAPED = rb'[^"<&\t\n\r]*(?:%(entity)s[^"<&\t\n\r]*)*' % {b"entity": _ENTITY}
# What a head is made of is looked at once for all records that share it.
_RECORD = re.compile(
    rb'(<Record type="[^"]*" sourceName="[^"]*"(?: sourceVersion="[^"]*")?(?: device="[^"]*")?(?: unit="[^"]*")?)'
    rb'(?: creationDate="%(plain)s")? startDate="(%(plain)s)" endDate="(%(plain)s)" value="(%(plain)s)"'
    # A record that says its time zone is not plain.
    rb'(?:/>|>((?:\s*<MetadataEntry key="(?!HKTimeZone")%(plain)s" value="%(plain)s(?:%(entity)s%(plain)s)*"/>)*\s*)</Record>)'
    % {b"plain": _PLAIN, b"entity": _ENTITY}
)
_HEAD = re.compile(
    rb'<Record type="(%(escaped)s)" sourceName="(%(escaped)s)"(?: sourceVersion="%(escaped)s")?'
    rb'(?: device="%(escaped)s")?(?: unit="(%(escaped)s)")?' % {b"escaped": _ESCAPED}
)
_PARTS = _RECORD.groups + 1
_ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&#38;"))
# The parser takes no code point for a character that is none.
_NO_CHARACTERS = ("\ufffe", "\uffff")
_REMEMBERED_HEADS = 5_000
# A mark comes back at once; those of a comment never do.
_REMEMBERED_CUTS = 8


class Head(NamedTuple):
    """What many records share."""

    kind: str
    unit: str | None
    source: str


class Run(NamedTuple):
    """Records one after the other, in columns, the dates and values as they are written; `known` tells what heads say."""

    known: Mapping[bytes, Head]
    heads: list[bytes]
    starts: list[bytes]
    ends: list[bytes]
    values: list[bytes]


class PlainRecords:
    """`mark` is the name of the element that stands for a run; no document can know it."""

    def __init__(self) -> None:
        self.mark = f"run-{os.urandom(8).hex()}"
        self._heads: dict[bytes, Head] = {}
        self._runs: dict[int, Run] = {}
        self._made = 0
        self._made_before = [0] * _REMEMBERED_CUTS

    def cut(self, text: bytes) -> bytes:
        """The text with a mark for each run, its lines as many as before."""
        parts = _RECORD.split(text)
        between, heads = parts[::_PARTS], parts[1::_PARTS]
        self._forget()
        if not heads or not self._knows(heads):
            return text
        starts, ends, values, inside = (parts[place::_PARTS] for place in range(2, _PARTS))
        breaks = [place for place, gap in enumerate(between) if gap.strip() and 0 < place < len(heads)]
        left = [between[0]]
        for first, last in pairwise([0, *breaks, len(heads)]):
            run = Run(self._heads, *(column[first:last] for column in (heads, starts, ends, values)))
            lines = b"".join([*between[first + 1 : last], *filter(None, inside[first:last])]).count(b"\n")
            left += (self._marked(run), b"\n" * lines, between[last])
        return b"".join(left)

    def marked_by(self, attributes: Mapping[str, str]) -> Run:
        return self._runs.pop(int(attributes["n"]))

    def _marked(self, run: Run) -> bytes:
        self._made += 1
        self._runs[self._made] = run
        # Behind a stray ampersand the parser waits for a semicolon.
        return f'<{self.mark} n="{self._made}" end=";"/>'.encode()

    def _forget(self) -> None:
        """What a comment holds shall not stay for ever."""
        self._made_before = [*self._made_before[1:], self._made]
        for made in [made for made in self._runs if made <= self._made_before[0]]:
            del self._runs[made]

    def _knows(self, heads: list[bytes]) -> bool:
        new = set(heads) - self._heads.keys()
        if len(self._heads) + len(new) > _REMEMBERED_HEADS:
            self._heads, new = {}, set(heads)
        for text in new:
            head = _read_head(text)
            if head is None:
                return False
            self._heads[text] = head
        return True


def _read_head(text: bytes) -> Head | None:
    """None for what the parser may read differently."""
    found = _HEAD.fullmatch(without_controls(text))
    if found is None:
        return None
    try:
        whole = text.decode()
    except UnicodeDecodeError:
        return None
    if any(each in whole for each in _NO_CHARACTERS):
        return None
    kind, source, unit = found.groups()
    return Head(_told(kind), None if unit is None else _told(unit), _told(source))


def _told(attribute: bytes) -> str:
    """As the parser tells it."""
    text = attribute.decode()
    for escaped, told in _ESCAPES:
        text = text.replace(escaped, told)
    return text
