from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from healthpartner.providers.contract import ImportRefused
from tests.providers.apple_health.exports import MOMENT, export_of, is_balanced, quantity, read_text
from tests.support.apple_health import DOCTYPE, export_lines

_SOUND = export_of(quantity("HeartRate", 72, "count/min"))
_BODY = _SOUND[_SOUND.index("<HealthData") :]
_LAUGHS = "".join(f'<!ENTITY l{depth} "{f"&l{depth - 1};" * 10}">' for depth in range(1, 10))
_EXPORT = "".join(export_lines(60)).encode()


def _refusal(folder: Path, text: str | bytes) -> str:
    with pytest.raises(ImportRefused) as refused:
        read_text(folder, text)
    return refused.value.reason


@pytest.mark.parametrize(
    "doctype",
    [
        f'<!DOCTYPE HealthData [<!ENTITY l0 "ha">{_LAUGHS}]>',
        '<!DOCTYPE HealthData [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE HealthData [<!ENTITY % x SYSTEM "http://127.0.0.1/x.dtd"> %x;]>',
        "<!DOCTYPE HealthData [<!-- ]> --><!ENTITY x 'y'>]>",
        DOCTYPE + "<!DOCTYPE HealthData [<!ENTITY x 'y'>]>",
    ],
)
def test_entity_declarations_are_refused(tmp_path: Path, doctype: str) -> None:
    assert _refusal(tmp_path, doctype + _BODY.replace('"W"', '"&x;"')) == "xml_entities_forbidden"


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE HealthData SYSTEM "http://127.0.0.1:9/never.dtd">',
        DOCTYPE,
        DOCTYPE.replace("CDATA #REQUIRED\n>", "CDATA #REQUIRED\n"),
        '<?xml version="1.0" encoding="UTF-8"?>\n\n' + DOCTYPE,
        "<!-- a comment first -->\n" + DOCTYPE,
        "",
    ],
)
def test_declarations_are_neither_fetched_nor_believed(tmp_path: Path, doctype: str) -> None:
    _, report = read_text(tmp_path, doctype + _BODY)
    assert report.samples_kept == 1


def test_default_attributes_of_a_declaration_have_no_effect(tmp_path: Path) -> None:
    doctype = '<!DOCTYPE HealthData [<!ATTLIST Record value CDATA "99">]>'
    _, report = read_text(tmp_path, doctype + _BODY.replace(' value="72"', ""))
    assert report.samples_kept == 0


@pytest.mark.parametrize(
    "text",
    [
        DOCTYPE + "<!DOCTYPE HealthData>" + _BODY,
        "<!DOCTYPE HealthData [ <!-- never closed " + _BODY.replace(">", "&gt;"),
        "<" * 100,
        "<HealthData",
        "<!DOCTYPE" * 1_000,
        "<HealthData>&undeclared;</HealthData>",
    ],
)
def test_text_without_a_readable_entry_is_refused(tmp_path: Path, text: str) -> None:
    assert _refusal(tmp_path, text) == "xml_malformed"


@pytest.mark.parametrize("text", ["<html/>", "<Record/>", "<x><Record/></x>", f"<!--{' ' * 1_100_000}--><HealthData/>"])
def test_another_document_is_refused(tmp_path: Path, text: str) -> None:
    assert _refusal(tmp_path, text) == "no_export_found"


def test_an_export_without_entries_is_an_empty_export(tmp_path: Path) -> None:
    chunks, report = read_text(tmp_path, export_of())
    assert (chunks, report.records_read, report.broken) == ([], 0, None)


def test_elements_nested_without_end_stop_the_reading_not_the_process(tmp_path: Path) -> None:
    text = _BODY.replace("</HealthData>", "<a>" * 100_000)
    _, report = read_text(tmp_path, text)
    assert report.samples_kept == 1
    assert report.broken is not None


def test_a_huge_attribute_stops_the_reading(tmp_path: Path) -> None:
    text = _BODY.replace("</HealthData>", f'<Record device="{"x" * 11_000_000}"/></HealthData>')
    _, report = read_text(tmp_path, text)
    assert report.samples_kept == 1
    assert report.broken is not None
    assert report.broken.reason == "xml_malformed"


def test_a_break_is_named_by_its_line(tmp_path: Path) -> None:
    text = _SOUND.replace("</HealthData>", f'<Record startDate="{MOMENT}" <')
    _, report = read_text(tmp_path, text)
    assert report.samples_kept == 1
    assert report.broken is not None
    assert report.broken.line == text.count("\n")


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cut=st.integers(0, len(_EXPORT) - 1))
def test_an_export_cut_anywhere_is_refused_or_gives_a_sound_beginning(tmp_path: Path, cut: int) -> None:
    _, whole = read_text(tmp_path, _EXPORT)
    try:
        _, report = read_text(tmp_path, _EXPORT[:cut])
    except ImportRefused:
        return
    assert is_balanced(report)
    assert report.samples_kept <= whole.samples_kept
    assert report.broken is not None or _EXPORT[cut:].isspace()


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(changes=st.lists(st.tuples(st.integers(0, len(_EXPORT) - 1), st.integers(0, 255)), min_size=1, max_size=5))
def test_an_export_with_wrong_bytes_is_refused_or_read(tmp_path: Path, changes: list[tuple[int, int]]) -> None:
    content = bytearray(_EXPORT)
    for place, value in changes:
        content[place] = value
    try:
        _, report = read_text(tmp_path, bytes(content))
    except ImportRefused:
        return
    assert is_balanced(report)
