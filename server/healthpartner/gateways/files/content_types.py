"""What a file is, by its first bytes: a declared content type is a claim and is checked."""

import re

ENOUGH_BYTES = 1024
"""How much of a file's start settles its type."""

ANYTHING = "application/octet-stream"
_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),  # an archive without entries
    (b"PK\x07\x08", "application/zip"),  # an archive that was meant to span disks
)
# XML 1.0, appendix F: without a declaration of its own, the encoding shows in the byte order mark or the first `<`.
_XML_ENCODINGS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_XML_START = re.compile(r"\s*<(\?xml\s|!DOCTYPE\s+(?!html\b)|!--|[A-Za-z_:](?!tml\b))", re.IGNORECASE)


def sniff(first_bytes: bytes) -> str | None:
    """The content type that the first bytes (1,024 are enough) show, or None when they show none that we know."""
    for signature, content_type in _SIGNATURES:
        if first_bytes.startswith(signature):
            return content_type
    if first_bytes[:4] == b"RIFF" and first_bytes[8:12] == b"WEBP":
        return "image/webp"
    return "application/xml" if _is_xml(first_bytes[:ENOUGH_BYTES]) else None


def matches(declared: str, first_bytes: bytes) -> bool:
    """Whether the content may be what was declared; octet-stream may be anything (FIT, TCX and GPX come as that)."""
    media_type = declared.partition(";")[0].strip().lower()
    if media_type == ANYTHING:
        return True
    if media_type == "text/xml":
        media_type = "application/xml"
    return sniff(first_bytes) == media_type


def _is_xml(start: bytes) -> bool:
    encoding = next((name for mark, name in _XML_ENCODINGS if start.startswith(mark)), "utf-8")
    return _XML_START.match(start.decode(encoding, errors="replace")) is not None
