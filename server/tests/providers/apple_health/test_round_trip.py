from collections import defaultdict
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.providers.apple_health.exports import export_of, is_balanced, quantity, read_text

_KINDS = {
    "HeartRate": ("heart_rate", "count/min"),
    "StepCount": ("steps", "count"),
    "RespiratoryRate": ("respiratory_rate", "count/min"),
}
_RECORDS = st.lists(
    st.tuples(
        st.sampled_from(sorted(_KINDS)),
        st.sampled_from(["Watch", "iPhone"]),
        st.integers(0, 1_700_000_000),
        st.integers(1, 86_400),
        st.integers(-12 * 4, 14 * 4).map(lambda quarters: quarters * 15),
        st.floats(25, 100, allow_nan=False),
    ),
    min_size=1,
    max_size=30,
)


def _text(second: int, offset: int) -> str:
    local = datetime.fromtimestamp(second, UTC).astimezone(timezone(timedelta(minutes=offset)))
    return f"{local:%Y-%m-%d %H:%M:%S %z}"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(records=_RECORDS)
def test_what_was_written_is_read(tmp_path: Path, records: list[tuple[str, str, int, int, int, float]]) -> None:
    entries = []
    expected = defaultdict(list)
    for kind, source, start, length, offset, value in records:
        slug, unit = _KINDS[kind]
        entries.append(quantity(kind, value, unit, _text(start, offset), _text(start + length, 0), source))
        expected[slug, source].append((start * 1000, length * 1000, value, offset))
    chunks, report = read_text(tmp_path, export_of(*entries))
    read = {
        (chunk.batch.metric.slug, chunk.source.device): list(
            zip(
                chunk.batch.start_ms.tolist(),
                chunk.batch.duration_ms.tolist(),
                chunk.batch.value.tolist(),
                chunk.batch.offset_minutes.tolist(),
                strict=True,
            )
        )
        for chunk in chunks
    }
    assert read == expected
    assert is_balanced(report)
