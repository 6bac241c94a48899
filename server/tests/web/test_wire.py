"""What the log tells of a request beside its route."""

import pytest
from structlog.testing import capture_logs

from tests.support.api import Member
from tests.support.operations import document

HEADER = "x-thrive-client-platform"
BEAT = {"client_id": "b", "start": "2026-03-13T09:00:00Z", "value": 60, "unit": "bpm"}


async def logged(member: Member, platform: str) -> dict[str, object]:
    with capture_logs() as lines:
        answer = await member.post("/metrics/heart_rate/timeseries", json={"data": [BEAT]}, headers={HEADER: platform})
    assert answer.status_code == 200
    (line,) = [each for each in lines if each["event"] == "request"]
    return dict(line)


async def test_the_platform_that_collected_the_data_is_named(alice: Member) -> None:
    assert (await logged(alice, "ios"))["client_platform"] == "ios"


@pytest.mark.parametrize("told", ["", "i" * 33, "Robin Quick", 'ios" status=500', "ios;1"])
async def test_what_is_no_short_word_is_left_out_and_refuses_nothing(alice: Member, told: str) -> None:
    assert "client_platform" not in await logged(alice, told)


def test_the_document_names_it_on_every_ingest_operation_and_on_no_other() -> None:
    reference = {"$ref": "#/components/parameters/ClientPlatform"}
    named = {
        operation["operationId"]
        for item in document()["paths"].values()
        for operation in item.values()
        if reference in operation["parameters"]
    }

    assert named == {
        "ingest_activity_summary",
        "ingest_body_summary",
        "ingest_sleep_summary",
        "ingest_workout_summary",
        "ingest_timeseries",
    }
    assert document()["components"]["parameters"]["ClientPlatform"]["name"] == HEADER
