"""Sessions as they lie in the database and back, and nights as partners read them."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from healthpartner.canonical.instants import epoch_ms, instant_of
from healthpartner.canonical.samples import SampleSource
from healthpartner.canonical.sleep import SleepFigures, SleepSession, down
from healthpartner.domains.metrics.fusion.priorities import NIGHT, rank_by
from healthpartner.domains.metrics.sessions.identity import external_id_of
from healthpartner.domains.metrics.sessions.schemas import HeartRate, SessionUse
from healthpartner.domains.metrics.sleep import intervals
from healthpartner.domains.metrics.sleep.blocks import StoredSession
from healthpartner.domains.metrics.sleep.nights import Contribution, Night, as_told
from healthpartner.domains.metrics.sleep.schemas import SleepRow, SleepStream, StageRow, StageTotals
from healthpartner.domains.metrics.sleep.totals import efficiency


def stored(row: Any, preferred: Sequence[str] = ()) -> StoredSession:
    return opened(closed(row, preferred), row)


def closed(row: Any, preferred: Sequence[str]) -> StoredSession:
    """Without its stages: which sessions belong together shows without them."""
    changed_at = row["source_updated_at"]
    session = SleepSession(
        epoch_ms(row["start_at"]),
        epoch_ms(row["end_at"]),
        offset_minutes=row["offset_minutes"],
        is_nap=row["is_nap"],
        external_id=external_id_of(row["identity"]),
        day=row["day"],
        updated_ms=None if changed_at is None else epoch_ms(changed_at),
        figures=msgspec.convert(row["figures"], SleepFigures),
    )
    source = SampleSource(row["provider"], row["device"] or None)
    rank = rank_by(NIGHT, source, preferred)
    return StoredSession(row["sample_id"], row["source_id"], source, rank, session, row["accepted"])


def opened(each: StoredSession, row: Any) -> StoredSession:
    stages = intervals.decode(row["stages"], each.session.start_ms)
    return msgspec.structs.replace(each, session=msgspec.structs.replace(each.session, stages=stages))


def summary(night: Night, *, explain: bool) -> SleepRow:
    found = night.totals
    offset = night.chief.session.offset_minutes
    return SleepRow(
        **_of(night),
        timezone_offset_minutes=UNSET if offset is None else offset,
        duration_seconds=round(found.asleep),
        time_in_bed_seconds=round(found.in_bed),
        efficiency_percent=_efficiency(night),
        stages=_stages(night),
        asleep_unspecified_seconds=round(found.unspecified),
        heart_rate=_heart_rate(night),
        hrv_ms=night.figure("hrv_ms"),
        respiratory_rate=night.figure("respiratory_rate"),
        explain=[_use(each) for each in night.contributions()] if explain else UNSET,
    )


def stream(night: Night) -> SleepStream:
    rows = [
        StageRow(
            stage,
            instant_of(each.start_ms),
            instant_of(each.end_ms),
            UNSET if stage == each.stage.name else each.stage.name,
        )
        for each in night.stages()
        if (stage := down(each.stage)) is not None
    ]
    return SleepStream(**_of(night), stage_intervals=rows)


def _of(night: Night) -> dict[str, Any]:
    return {
        "sample_id": night.chief.sample_id,
        "provider": night.chief.source.provider,
        "providers": _providers(night.order),
        "date": night.block.day,
        "start": instant_of(night.block.start_ms),
        "end": instant_of(night.block.end_ms),
        "is_nap": night.block.is_nap,
    }


def _providers(order: Sequence[StoredSession]) -> list[str]:
    return list(dict.fromkeys(each.source.provider for each in order))


def _stages(night: Night) -> StageTotals | None:
    found = night.totals
    known = (found.deep, found.light, found.rem, found.awake)
    if all(each is None for each in known):
        return None
    return StageTotals(*(None if each is None else round(each) for each in known))


def _efficiency(night: Night) -> float | None:
    told = as_told(night)
    if told is not None and told.efficiency_percent is not None:
        return told.efficiency_percent
    counted = efficiency(night.totals)
    return None if counted is None else round(counted, 1)


def _heart_rate(night: Night) -> HeartRate | None:
    known = [night.figure(f"heart_rate_{each}") for each in ("min", "mean", "max", "resting")]
    return None if all(each is None for each in known) else HeartRate(*known)


def _use(each: Contribution) -> SessionUse:
    return SessionUse(
        sample_id=each.teller.sample_id,
        provider=each.teller.source.provider,
        device=each.teller.source.device,
        start=instant_of(each.teller.session.start_ms),
        end=instant_of(each.teller.session.end_ms),
        use=each.role,
        reason=each.reason,
        counted_seconds=each.counted_ms // 1000,
        told_by=[other.sample_id for other in each.told_by],
    )
