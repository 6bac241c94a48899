"""Feeds XML to a target block by block: no entities, no network, no document type, and no limit on the size."""

from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from healthpartner.providers.xml_prolog import without_controls, without_doctype

MALFORMED = etree.XMLSyntaxError


class XmlStream:
    """`target` has `start(tag, attributes)`, `end(tag)`, `close()` and, where it wants text, `data(text)`."""

    def __init__(self, target: Any) -> None:
        self.bytes_read = 0
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
        self._parser.feed(without_controls(text))

    def close(self) -> None:
        """Raises MALFORMED where the document is not at its end."""
        self._parser.close()


def local_name(tag: str) -> str:
    """A tag without its namespace."""
    return tag.rpartition("}")[2]
