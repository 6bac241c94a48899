"""A file is what its first bytes say."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.gateways.files.content_types import matches, sniff

XML = '<?xml version="1.0"?><HealthData/>'


def empty_zip() -> bytes:
    file = io.BytesIO()
    zipfile.ZipFile(file, "w").close()
    return file.getvalue()


KNOWN = [
    (b"%PDF-1.7\n", "application/pdf"),
    (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n\x00\x00", "image/png"),
    (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"),
    (b"PK\x03\x04\x14\x00", "application/zip"),
    (empty_zip(), "application/zip"),
    (XML.encode(), "application/xml"),
    (b" \r\n\t" + XML.encode(), "application/xml"),
    (XML.encode("utf-8-sig"), "application/xml"),
    (b"\xef\xbb\xbf\n" + XML.encode(), "application/xml"),
    (XML.encode("utf-16"), "application/xml"),
    (XML.encode("utf-16-be"), "application/xml"),
    (XML.encode("utf-16-le"), "application/xml"),
    (b"<ClinicalDocument xmlns='urn:hl7-org:v3'>", "application/xml"),
    (b"<!DOCTYPE HealthData [", "application/xml"),
    (b"<!-- made by a watch --><gpx>", "application/xml"),
]


@pytest.mark.parametrize(("content", "content_type"), KNOWN)
def test_a_known_type_is_recognised(content: bytes, content_type: str) -> None:
    assert sniff(content) == content_type
    assert matches(content_type, content)
    assert matches(f"{content_type.upper()}; charset=utf-8", content)


@pytest.mark.parametrize(
    "content",
    [b"", b"%PD", b"\xff\xd8", b"RIFF\x24\x00\x00\x00WAVEfmt ", b"MZ\x90\x00", b"{}", b"< 5 mg/dL", b"plain text"],
)
def test_other_content_is_not_recognised(content: bytes) -> None:
    assert sniff(content) is None


@pytest.mark.parametrize("page", [b"<html><script>", b"<!DOCTYPE html>", b"  <HTML lang=en>"])
def test_a_web_page_does_not_pass_for_xml(page: bytes) -> None:
    assert not matches("application/xml", page)


@pytest.mark.parametrize(("content", "content_type"), KNOWN)
def test_a_false_claim_is_refused(content: bytes, content_type: str) -> None:
    others = {known for _, known in KNOWN} - {content_type}

    assert not any(matches(other, content) for other in others)


@given(st.binary(max_size=64))
def test_octet_stream_may_be_anything_and_unknown_claims_nothing(content: bytes) -> None:
    assert matches("application/octet-stream", content)
    assert not matches("text/html", content)


def test_text_xml_is_the_older_name_of_the_same() -> None:
    assert matches("text/xml", XML.encode())
