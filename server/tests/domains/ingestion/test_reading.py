"""The reader's process, and what it says."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from healthpartner.canonical.samples import SampleSource
from healthpartner.domains.ingestion import reader_process
from healthpartner.domains.ingestion import reading as reading_module
from healthpartner.domains.ingestion.reading import ReaderDied, reading
from healthpartner.domains.ingestion.wire import Ended, Frame, Group, Refused, to_chunk, to_ended, to_part, to_report
from healthpartner.providers import archives
from healthpartner.providers.apple_health import export_reader
from healthpartner.providers.apple_health.export_reader import read_export
from healthpartner.providers.contract import SampleChunk, WorkoutChunk
from tests.support.apple_health import write_export


async def frames(path: Path) -> list[Frame]:
    async with reading(None) as reader:
        return [frame async for frame in reader.frames(path)]


async def test_the_process_says_what_the_reader_reads(tmp_path: Path) -> None:
    path = tmp_path / "export.xml"
    write_export(path, records=1_000)
    reader = read_export(path)
    expected = reader_process.joined(list(reader))
    assert sum(isinstance(chunk, WorkoutChunk) for chunk in expected) == 1

    *groups, ended = await frames(path)

    chunks = [to_chunk(part) for group in groups if isinstance(group, Group) for part in group.parts]
    assert [chunk.source for chunk in chunks] == [chunk.source for chunk in expected]
    for chunk, other in zip(chunks, expected, strict=True):
        if not (isinstance(chunk, SampleChunk) and isinstance(other, SampleChunk)):
            assert chunk == other
            continue
        assert chunk.batch.metric is other.batch.metric
        assert chunk.batch.start_ms.tolist() == other.batch.start_ms.tolist()
        assert chunk.batch.value.tolist() == other.batch.value.tolist()
        assert (chunk.batch.second is None) == (other.batch.second is None)
    assert isinstance(ended, Ended)
    assert to_report(ended) == reader.report


async def test_a_refusal_is_said_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "export.xml"
    path.write_bytes(b"nothing")

    (refused,) = await frames(path)

    assert isinstance(refused, Refused)
    assert refused.reason == "not_an_archive"


def test_a_damaged_files_report_keeps_where_it_broke(tmp_path: Path) -> None:
    path = tmp_path / "export.xml"
    write_export(path, records=1_000)
    path.write_bytes(path.read_bytes()[:-5_000])

    *_, ended = list(reader_process.frames(path, "apple_health"))

    assert isinstance(ended, Ended)
    assert to_ended("apple_health", to_report(ended)) == ended
    broken = to_report(ended).broken
    assert broken is not None
    assert broken.reason == "xml_malformed"


async def test_a_process_that_dies_in_the_middle_of_a_word_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dying = tmp_path / "dying.py"
    dying.write_text("import sys\nsys.stdout.buffer.write(b'\\x00\\x00\\x00\\xffhalf')\n")
    monkeypatch.setattr(reading_module, "PACKAGE_ROOT", str(tmp_path))
    monkeypatch.setattr(reader_process, "__name__", "dying")

    with pytest.raises(ReaderDied):
        await frames(tmp_path / "export.xml")


async def test_the_process_knows_none_of_our_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    telling = tmp_path / "telling.py"
    telling.write_text(
        "import os, sys\n"
        "from healthpartner.domains.ingestion.wire import Refused, encoded\n"
        "names = ' '.join(name for name in os.environ if name.startswith(('HP_', 'AWS_')))\n"
        "sys.stdout.buffer.write(encoded(Refused('environment', names)))\n"
    )
    root = f"{tmp_path}:{reading_module.PACKAGE_ROOT}"
    monkeypatch.setattr(reading_module, "PACKAGE_ROOT", root)
    monkeypatch.setattr(reader_process, "__name__", "telling")
    monkeypatch.setenv("HP_MASTER_KEYS", "secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")

    assert await frames(tmp_path / "export.xml") == [Refused("environment", "")]


def test_a_group_has_what_is_of_one_source_and_metric_in_one_chunk_however_often_the_reader_was_drained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "export.xml"
    write_export(path, records=2_000)
    whole = samples_of(reader_process.frames(path, None))
    monkeypatch.setattr(archives, "BLOCK_BYTES", 64 * 1024)
    monkeypatch.setattr(export_reader, "BUFFERED_RECORDS", 100)

    assert len(list(read_export(path))) > 2 * len(whole)
    assert samples_of(reader_process.frames(path, None)) == whole


def samples_of(frames: Iterable[Frame]) -> dict[tuple[str | None, str], list[tuple[int, float]]]:
    """In the order of their starts, by source and metric; there is one chunk of each."""
    (group,) = [frame for frame in frames if isinstance(frame, Group)]
    chunks = [chunk for part in group.parts if isinstance(chunk := to_chunk(part), SampleChunk)]
    found = {
        (chunk.source.device, chunk.batch.metric.slug): sorted(
            zip(chunk.batch.start_ms.tolist(), chunk.batch.value.tolist(), strict=True)
        )
        for chunk in chunks
    }
    assert len(found) == len(chunks)
    return found


def test_columns_come_back_as_they_went(tmp_path: Path) -> None:
    path = tmp_path / "export.xml"
    write_export(path, records=300)

    for chunk in read_export(path):
        back = to_chunk(to_part(chunk))
        assert back.source == SampleSource("apple_health_kit", chunk.source.device)
        if isinstance(chunk, SampleChunk) and isinstance(back, SampleChunk):
            assert back.batch.offset_minutes.tolist() == chunk.batch.offset_minutes.tolist()
