"""What is taken out of the text before the parser sees it is what the parser would have told."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from healthpartner.providers import archives
from healthpartner.providers.apple_health import plain_records
from healthpartner.providers.apple_health.plain_records import PlainRecords
from healthpartner.providers.contract import Break, Chunk, ImportRefused, SampleChunk
from tests.providers.apple_health.exports import MOMENT, QUANTITY, export_of, quantity, read_any, read_text
from tests.support.apple_health import DOCTYPE, record, write_export

LATER = "2018-09-10 03:28:55 -0700"
SLEEP = record("HKCategoryTypeIdentifierSleepAnalysis", "W", MOMENT, LATER, "HKCategoryValueSleepAnalysisAsleepDeep")
HEART = quantity("HeartRate", 72, "count/min")
STEPS = quantity("StepCount", 10, "count", LATER, source="P")
DEVICE = "&lt;&lt;HKDevice: 0x2&gt;, name:Apple Watch&gt;"
ZONE = '  <MetadataEntry key="HKTimeZone" value="Europe/Berlin"/>\n'
CONTEXT = '  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="a &amp; b"/>\n'
CORRELATION = '<Correlation type="HKCorrelationTypeIdentifierFood" sourceName="W">\n'
WORKOUT = f'<Workout workoutActivityType="HKWorkoutActivityTypeRunning" startDate="{MOMENT}" endDate="{LATER}">\n'


def heart(value: object = 60, source: str = "W", **more: str) -> str:
    return record(f"{QUANTITY}HeartRate", source, MOMENT, MOMENT, value, "count/min", **more)


ENTRIES = (
    HEART,
    STEPS,
    SLEEP,
    heart(61, device=DEVICE, inner=CONTEXT),
    heart(62, inner=CONTEXT + CONTEXT),
    heart(63, inner=ZONE),
    heart(64, inner=f"{CONTEXT}{ZONE}"),
    heart(65, inner="  <HeartRateVariabilityMetadataList/>\n"),
    heart(66, "Anna&apos;s &amp; &quot;Bob&quot;&lt;"),
    heart(67, "Anna&#39;s"),
    heart(68, "Apple\u00a0Watch"),
    heart(69, "\u231a \U0001f600"),
    heart(70, "a\x0bb"),
    heart(71, "a\tb\nc"),
    heart(72, "\ufffe"),
    heart("&#55;3"),
    heart(" 74 "),
    heart("75\n"),
    heart("7\u0661"),
    heart("1_0"),
    heart(76, device="&what;"),
    heart(77, device="<"),
    heart(78, device=""),
    heart(79, creationZone="x"),
    heart(80).replace('"', "'"),
    heart(81).replace('" ', '"  '),
    heart(82).replace("> \n", ">"),
    heart(83).replace(' value="83"', ""),
    heart(84).replace(' unit="count/min"', ""),
    heart(85).replace("/>", "></Record>"),
    heart(86).replace("/>", ">text</Record>"),
    record(f"{QUANTITY}Unheard", "W", MOMENT, MOMENT, 1, "count"),
    quantity("BloodPressureSystolic", 120, "mmHg"),
    quantity("BloodPressureDiastolic", 80, "mmHg"),
    quantity("DietaryEnergyConsumed", 100, "kcal"),
    f"{CORRELATION}{HEART}{STEPS}</Correlation>\n",
    f"<!-- {HEART}{HEART} -->\n",
    f"<![CDATA[ {HEART} ]]>\n",
    f"<?what {HEART} ?>\n",
    f"{WORKOUT}{HEART}{ZONE}</Workout>\n",
    ZONE,
    "\n\n",
    " stray ",
)
BREAKS = ("", "<", "</HealthData>", "&", f'<Me a="{HEART}"/>', "<!-- ", "]]>", "\ufffe", "<Record>", "</Record>")


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_kind_of_entry_is_read_as_the_parser_reads_it(entry: str) -> None:
    assert_alike(export_of(HEART, entry, STEPS))


@pytest.mark.parametrize("rubbish", BREAKS)
def test_a_text_breaks_where_the_parser_breaks_it(rubbish: str) -> None:
    assert_alike(export_of(HEART, heart(61, inner=CONTEXT), STEPS, rubbish, HEART, STEPS))


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(ENTRIES), max_size=12), st.sampled_from(BREAKS), st.integers(0, 12), st.integers(40, 900)
)
@example([HEART, heart(72, "\ufffe"), HEART], "", 0, 10_000)
def test_any_export_is_read_as_the_parser_reads_it(entries: list[str], rubbish: str, place: int, block: int) -> None:
    assert_alike(export_of(*entries[:place], rubbish, *entries[place:]).replace(DOCTYPE, ""), block)


@settings(deadline=None)
@given(st.lists(st.sampled_from(ENTRIES), min_size=1, max_size=4), st.data())
def test_so_is_one_with_a_byte_changed(entries: list[str], data: st.DataObject) -> None:
    text = bytearray(export_of(HEART, *entries).replace(DOCTYPE, "").encode())
    text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.sampled_from(b"<>&\"'/=\n\x00 \xff\xe2a1"))
    assert_alike(bytes(text), data.draw(st.sampled_from((300, 100_000))))


@pytest.mark.parametrize("place", ["W", "a &amp; b", "x 10.3.1", DEVICE])
def test_what_is_no_text_breaks_it_wherever_it_stands(place: str) -> None:
    text = export_of(HEART, heart(61, device=f"x {DEVICE}", inner=CONTEXT).replace("10.3.1", "x 10.3.1"), STEPS)
    assert_alike(text.encode().replace(place.encode(), b"\xff", 1))


def test_nearly_every_record_of_an_export_never_reaches_the_parser(tmp_path: Path) -> None:
    path = tmp_path / "export.xml"
    write_export(path, records=2_000)
    text = path.read_bytes()
    left = PlainRecords().cut(text)
    assert text.count(b"<Record ") > 1_900
    assert left.count(b"<Record ") == 0
    assert left.count(b"\n") == text.count(b"\n")


def test_no_document_can_stand_a_mark_in() -> None:
    marks = {PlainRecords().mark for _ in range(20)}
    assert len(marks) == 20


def test_records_in_comments_are_forgotten_and_many_heads_do_not_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain_records, "_REMEMBERED_HEADS", 2)
    plain = PlainRecords()
    for number in range(50):
        plain.cut(heart(60, f"W{number}").encode() + b"<x/>" + STEPS.encode())
    assert len(plain._heads) <= 2
    assert len(plain._runs) <= 2 * plain_records._REMEMBERED_CUTS
    monkeypatch.setattr(archives, "BLOCK_BYTES", 300)
    text = export_of(*(heart(60, f"W{number}") for number in range(20))).replace(DOCTYPE, "")
    chunks, report = read_text(tmp_path, text)
    assert {chunk.source.device for chunk in chunks} == {f"W{number}" for number in range(20)}
    assert report.records_kept == 20


def test_an_ampersand_in_a_name_is_one_however_its_record_is_read(tmp_path: Path) -> None:
    named = "Tom &amp; Ann"
    chunks, _ = read_text(
        tmp_path, export_of(heart(60, named), heart(61, named, inner=ZONE), SLEEP.replace("W", named))
    )
    assert {chunk.source.device for chunk in chunks} == {"Tom & Ann"}


def assert_alike(text: str | bytes, block: int = 1024**2) -> None:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(archives, "BLOCK_BYTES", block)
        found, broken = told(Path(folder), text)
        patch.setattr(PlainRecords, "cut", lambda _, text: text)
        expected, expected_break = told(Path(folder), text)
    assert found == expected
    if broken is None or expected_break is None:
        assert broken == expected_break
    else:
        # A parser that gets less text may ask for more of it before it is sure, but not for much more.
        assert (broken.reason, broken.line) == (expected_break.reason, expected_break.line)
        assert broken.after_bytes <= expected_break.after_bytes + block + 1_000


def told(folder: Path, text: str | bytes) -> tuple[Any, Break | None]:
    """(what was read, or why nothing was, where the text broke)."""
    try:
        chunks, report = read_any(folder, text)
    except ImportRefused as refused:
        return refused.reason, None
    broken, report.broken = report.broken, None
    return ([plainly(chunk) for chunk in chunks], report), broken


def plainly(chunk: Chunk) -> Any:
    if not isinstance(chunk, SampleChunk):
        return chunk
    batch = chunk.batch
    columns = (batch.start_ms, batch.duration_ms, batch.value, batch.second, batch.offset_minutes, batch.unit)
    return chunk.source, batch.metric.slug, [None if column is None else column.tolist() for column in columns]
