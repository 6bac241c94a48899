"""Takes the document type declaration out of an export's beginning, so that no parser ever sees one.

iOS 16 wrote a declaration that is not well formed, and an honest reader needs nothing from it. Entity
declarations, which an export never holds, are refused outright.
"""

import re

from healthpartner.providers.contract import ImportRefused

_OPENING = b"<!DOCTYPE"
_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL)
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
# Vertical tabs and other control bytes, illegal in XML, are found in names that people type on their phones.
_CONTROLS_TO_SPACES = bytes(
    32 if code < 32 and code not in b"\t\n\r" else code  # noqa: PLR2004 - the ASCII space
    for code in range(256)
)


def without_controls(block: bytes) -> bytes:
    return block.translate(_CONTROLS_TO_SPACES)


def without_doctype(head: bytes) -> bytes:
    """The first block with its declaration blanked, line numbers kept. Raises ImportRefused on entities."""
    if _ENTITY.search(head):
        raise ImportRefused("xml_entities_forbidden", "The export declares XML entities, which are not accepted.")
    start = head.find(_OPENING)
    if start < 0:
        return head
    found = _DOCTYPE.match(head, start)
    if found is None or _OPENING in head[found.end() :]:
        raise ImportRefused("xml_malformed", "The export is not well-formed XML.")
    return head[:start] + b"\n" * found.group().count(b"\n") + head[found.end() :]
