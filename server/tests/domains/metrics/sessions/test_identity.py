"""What a session is known by."""

from hypothesis import given
from hypothesis import strategies as st

from healthpartner.canonical.sleep import SleepSession
from healthpartner.canonical.workouts import Workout
from healthpartner.domains.metrics.sessions.identity import external_id_of, identity_of, session_id


@given(st.text(max_size=50) | st.none())
def test_the_sources_own_id_comes_back(external_id: str | None) -> None:
    for session in (SleepSession(1, 2, external_id=external_id), Workout(1, 2, "running", external_id=external_id)):
        assert external_id_of(identity_of(session)) == external_id


def test_without_an_id_the_bounds_tell_sessions_apart() -> None:
    assert (
        identity_of(SleepSession(1, 2))
        == identity_of(SleepSession(1, 2, is_nap=True))
        != identity_of(SleepSession(1, 3))
    )


@given(st.sampled_from(("sleep", "workouts")), st.integers(0, 1 << 31), st.text(max_size=20))
def test_an_id_is_the_same_each_time_and_of_version_8(kind: str, source_id: int, identity: str) -> None:
    found = session_id(kind, source_id, identity)

    assert found == session_id(kind, source_id, identity)
    assert (found.version, found.variant) == (8, "specified in RFC 4122")
    assert found != session_id(kind, source_id + 1, identity)
