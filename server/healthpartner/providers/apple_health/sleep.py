"""Makes sessions of the sleep records, each of which is one stage of one source: those close together are one session."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.samples import Int16s, Int64s, SampleSource
from healthpartner.canonical.sleep import STAGES_BY_HEALTH_KIT, SleepSession, SleepStage, StageInterval
from healthpartner.providers.apple_health.dates import parse_instants
from healthpartner.providers.apple_health.manifest import SLUG
from healthpartner.providers.apple_health.mapping import SLEEP_ANALYSIS, device_name
from healthpartner.providers.contract import ImportReport, SleepChunk
from healthpartner.providers.instants import offset_at

GAP_MS = 3_600_000
"""A source that says nothing for longer than this tells of another session."""

# Some thirty records a night: decades, and 20 MB at most.
MOST_RECORDS = 1_000_000
SESSIONS_A_CHUNK = 500

_LONGEST_MS = 2 * 86_400_000


@dataclass(slots=True)
class SleepTexts:
    """`zones` are by row, where a record says its own."""

    starts: list[bytes] = field(default_factory=list)
    ends: list[bytes] = field(default_factory=list)
    stages: list[SleepStage] = field(default_factory=list)
    zones: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Rows:
    start_ms: Int64s
    end_ms: Int64s
    stage: NDArray[np.int8]
    offset_minutes: Int16s


class SleepRecords:
    def __init__(self, report: ImportReport) -> None:
        self._report = report
        self._held = 0
        self._texts: dict[str | None, SleepTexts] = {}
        self._rows: dict[str | None, list[_Rows]] = {}

    def add(self, source: str, start: str, end: str, value: str) -> SleepTexts | None:
        """Where the record's time zone may be added, None for a record that is skipped."""
        stage = STAGES_BY_HEALTH_KIT.get(value)
        if stage is None or self._held >= MOST_RECORDS:
            self._report.skip("bad_value" if stage is None else "too_many_records", SLEEP_ANALYSIS)
            return None
        texts = self._texts.setdefault(device_name(source), SleepTexts())
        texts.starts.append(start.encode())
        texts.ends.append(end.encode())
        texts.stages.append(stage)
        self._held += 1
        return texts

    def compact(self, latest_ms: int) -> None:
        """Texts become a few bytes for each record."""
        for device, texts in self._texts.items():
            self._rows.setdefault(device, []).append(self._parsed(texts, latest_ms))
        self._texts = {}

    def finish(self, latest_ms: int) -> Iterator[SleepChunk]:
        self.compact(latest_ms)
        for device, rows in self._rows.items():
            sessions = list(self._sessions(_sorted(rows)))
            for first in range(0, len(sessions), SESSIONS_A_CHUNK):
                part = sessions[first : first + SESSIONS_A_CHUNK]
                chunk = SleepChunk(SampleSource(SLUG, device), part)
                self._report.keep(chunk)
                yield chunk

    def _parsed(self, texts: SleepTexts, latest_ms: int) -> _Rows:
        starts, ends = parse_instants(texts.starts), parse_instants(texts.ends)
        offsets = ends.offset_minutes.copy()
        for row, zone in texts.zones.items():
            if ends.valid[row] and (known := offset_at(int(ends.ms[row]), zone)) is not None:
                offsets[row] = known
        sound = np.ones(len(texts.starts), np.bool_)
        for reason, wrong in (
            ("bad_date", ~(starts.valid & ends.valid)),
            ("before_1970", starts.ms < 0),
            ("in_the_future", ends.ms > latest_ms),
            ("ends_before_start", ends.ms <= starts.ms),
            ("out_of_range", ends.ms - starts.ms > _LONGEST_MS),
        ):
            self._report.skip(reason, SLEEP_ANALYSIS, int(np.count_nonzero(sound & wrong)))
            sound &= ~wrong
        self._held -= int(np.count_nonzero(~sound))
        stage = np.array(texts.stages, np.int8)
        return _Rows(starts.ms[sound], ends.ms[sound], stage[sound], offsets[sound])

    def _sessions(self, rows: _Rows) -> Iterator[SleepSession]:
        if not len(rows.start_ms):
            return
        reached = np.maximum.accumulate(rows.end_ms)
        begins = np.flatnonzero(rows.start_ms[1:] > reached[:-1] + GAP_MS) + 1
        cuts = [0, *begins.tolist(), len(rows.start_ms)]
        for first, last in pairwise(cuts):
            yield self._session(rows, first, last)

    def _session(self, rows: _Rows, first: int, last: int) -> SleepSession:
        columns = (
            rows.stage[first:last].tolist(),
            rows.start_ms[first:last].tolist(),
            rows.end_ms[first:last].tolist(),
        )
        stages = dict.fromkeys(
            StageInterval(SleepStage(stage), start, end) for stage, start, end in zip(*columns, strict=True)
        )
        self._report.records_merged += last - first - 1
        wakes = first + int(np.argmax(rows.end_ms[first:last]))
        return SleepSession(
            int(rows.start_ms[first]), int(rows.end_ms[wakes]), int(rows.offset_minutes[wakes]), tuple(stages)
        )


def _sorted(parts: list[_Rows]) -> _Rows:
    start, end = np.concatenate([part.start_ms for part in parts]), np.concatenate([part.end_ms for part in parts])
    stage, offset = (
        np.concatenate([part.stage for part in parts]),
        np.concatenate([part.offset_minutes for part in parts]),
    )
    order = np.lexsort((stage, end, start))
    return _Rows(start[order], end[order], stage[order], offset[order])
