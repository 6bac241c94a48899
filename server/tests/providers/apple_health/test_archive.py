import io
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from healthpartner.providers.apple_health.export_reader import read_export
from healthpartner.providers.contract import ImportRefused, ImportReport, Limits
from tests.providers.apple_health.exports import export_of, quantity, read_all

_EXPORT = export_of(quantity("HeartRate", 72, "count/min")).encode()
_CDA = b"<ClinicalDocument/>" + b" " * 10_000


def _zip(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def _read(folder: Path, content: bytes, limits: Limits | None = None) -> ImportReport:
    path = folder / "upload"
    path.write_bytes(content)
    return read_all(read_export(path, limits=limits))[1]


def _refusal(folder: Path, content: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(ImportRefused) as refused:
        _read(folder, content, limits)
    assert refused.value.details[0].code == refused.value.reason
    assert refused.value.status == 422
    return refused.value.reason


@pytest.mark.parametrize(
    "name",
    ["apple_health_export/export.xml", "export.xml", "apple_health_export/Export.xml", "Gesundheit/exportieren.xml"],
)
def test_the_export_is_found_whatever_the_phone_calls_it(tmp_path: Path, name: str) -> None:
    members = {
        name: _EXPORT,
        "apple_health_export/export_cda.xml": _CDA,
        "apple_health_export/workout-routes/route_2019.gpx": b"<gpx/>",
        "apple_health_export/electrocardiograms/deep/er.xml": _CDA,
        "__MACOSX/._export.xml": _CDA,
    }
    assert _read(tmp_path, _zip(members)).samples_kept == 1


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_stored_and_deflated_members_are_read(tmp_path: Path, compression: int) -> None:
    assert _read(tmp_path, _zip({"export.xml": _EXPORT}, compression)).samples_kept == 1


def test_other_compressions_are_refused(tmp_path: Path) -> None:
    assert _refusal(tmp_path, _zip({"export.xml": _EXPORT}, zipfile.ZIP_LZMA)) == "unsupported_compression"


@pytest.mark.parametrize("name", ["../export.xml", "a/../../b.xml", "/etc/passwd", "..\\b.xml", "C:\\b.xml", "C:/b"])
def test_a_name_that_leads_outside_is_refused(tmp_path: Path, name: str) -> None:
    assert _refusal(tmp_path, _zip({"export.xml": _EXPORT, name: b"x"})) == "unsafe_path"


def test_a_password_is_refused(tmp_path: Path) -> None:
    content = bytearray(_zip({"export.xml": _EXPORT}))
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1
    assert _refusal(tmp_path, bytes(content)) == "archive_encrypted"


@pytest.mark.parametrize("content", [b"", b"hello", b"\x89PNG\r\n", b"\xff\xfe<\x00?\x00", b"%PDF-1.7"])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    assert _refusal(tmp_path, content) == "not_an_archive"


def test_an_archive_without_an_export_is_refused(tmp_path: Path) -> None:
    assert _refusal(tmp_path, _zip({"photo.jpg": b"x", "export_cda.xml": _CDA})) == "no_export_found"
    assert _refusal(tmp_path, _zip({})) == "no_export_found"
    assert _refusal(tmp_path, _zip({"export.xml": _CDA})) == "no_export_found"


def test_an_archive_in_an_archive_is_refused(tmp_path: Path) -> None:
    inner = _zip({"export.xml": _EXPORT})
    assert _refusal(tmp_path, _zip({"export.zip": inner})) == "nested_archive"
    assert _refusal(tmp_path, _zip({"export.xml": inner})) == "nested_archive"


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    members = {"export.xml": _EXPORT} | {f"{number}.gpx": b"" for number in range(20)}
    assert _refusal(tmp_path, _zip(members), Limits(max_members=20)) == "too_many_members"
    assert _refusal(tmp_path, _zip(members), Limits(max_directory_bytes=1_000)) == "too_many_members"


def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    bomb = _zip({"export.xml": _EXPORT.replace(b"</HealthData>", b" " * 5_000_000)})
    limits = Limits(ratio_applies_after_bytes=1024**2)
    assert _refusal(tmp_path, bomb, limits) == "archive_bomb"


def test_a_bomb_that_lies_about_its_size_is_cut(tmp_path: Path) -> None:
    content = bytearray(_zip({"export.xml": _EXPORT.replace(b"</HealthData>", b" " * 5_000_000)}))
    directory = content.index(b"PK\x01\x02")
    struct.pack_into("<I", content, directory + 20, 0x7FFFFFFF)
    limits = Limits(ratio_applies_after_bytes=1024**2)
    report = _read(tmp_path, bytes(content), limits)
    assert report.broken is not None
    assert report.broken.after_bytes <= 2 * 1024**2


@pytest.mark.parametrize("pack", [lambda text: text, lambda text: _zip({"export.xml": text})])
def test_an_export_above_the_absolute_limit_is_refused(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    assert _refusal(tmp_path, pack(_EXPORT), Limits(max_bytes=500)) == "archive_bomb"


def test_a_damaged_member_gives_what_was_sound_and_says_where_it_broke(tmp_path: Path) -> None:
    entries = [quantity("HeartRate", 50 + number % 50, "count/min") for number in range(20_000)]
    content = bytearray(_zip({"export.xml": export_of(*entries).encode()}, zipfile.ZIP_STORED))
    content[2_500_000] ^= 0xFF
    report = _read(tmp_path, bytes(content))
    assert report.broken is not None
    assert 0 < report.samples_kept < 20_000


_SMALL = _zip({"export.xml": _EXPORT, "export_cda.xml": b"<a/>"})


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cut=st.integers(0, len(_SMALL) - 1))
def test_a_truncated_zip_is_refused(tmp_path: Path, cut: int) -> None:
    assert _refusal(tmp_path, _SMALL[:cut]) in {"archive_truncated", "not_an_archive"}


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(changes=st.lists(st.tuples(st.integers(0, len(_SMALL) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_corrupted_zip_is_refused_or_read(tmp_path: Path, changes: list[tuple[int, int]]) -> None:
    content = bytearray(_SMALL)
    for place, value in changes:
        content[place] = value
    try:
        report = _read(tmp_path, bytes(content))
    except ImportRefused:
        return
    assert report.samples_kept <= 1
