"""Feeds XML to a target block by block: no entities, no network, no document type, and no limit on the size."""

from collections.abc import Callable
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from healthpartner.providers.xml_prolog import without_controls, without_doctype

MALFORMED = etree.XMLSyntaxError


class XmlStream:
    """`target` has `start(tag, attributes)`, `end(tag)`, `close()` and, where it wants text, `data(text)`.

    `shorten` may take out of each block what the target need not hear of from the parser.
    """

    def __init__(self, target: Any, shorten: Callable[[bytes], bytes] = bytes) -> None:
        self.bytes_read = 0
        self._shorten = shorten
        self._parser = etree.XMLParser(
            target=target,
            encoding="utf-8",
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=False,
        )

    def feed(self, block: bytes) -> None:
        """Raises MALFORMED, and ImportRefused for entities."""
        text = block if self.bytes_read else without_doctype(block)
        self.bytes_read += len(block)
        self._parser.feed(without_controls(self._shorten(text)))

    def close(self) -> None:
        """Raises MALFORMED where the document is not at its end."""
        self._parser.close()


def meant(attribute: str) -> str:
    """With entities off the parser tells an ampersand by its number."""
    return attribute.replace("&#38;", "&")


def local_name(tag: str) -> str:
    """A tag without its namespace."""
    return tag.rpartition("}")[2]
