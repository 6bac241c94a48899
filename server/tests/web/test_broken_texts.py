"""Bodies that are no sound JSON are refused as such, also where a part of them is kept undecoded."""

import pytest

from tests.support.api import Member

JSON = {"content-type": "application/json"}
ITEM = b'{"client_id": "a", "start": "2026-03-13T00:00:00Z", "unit": "kg", "value": "1", "x": %b}'


@pytest.mark.parametrize("data", [b'["\xff"]', b'[{"client_id": "\xff"}]', b"[" + ITEM % b'"\xff"' + b"]"])
async def test_text_in_another_encoding_is_refused(alice: Member, data: bytes) -> None:
    refused = await alice.post("/metrics/weight/timeseries", content=b'{"data": %b}' % data, headers=JSON)

    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_request")


@pytest.mark.parametrize("body", [b'{"data": %b, "is_backfill": 1}', b'{"data": [%b]}', b'{"data": [' + ITEM + b"]}"])
async def test_no_depth_is_an_error_of_ours(alice: Member, body: bytes) -> None:
    for depth in range(880, 1000):
        nested = b"[" * depth + b"]" * depth
        answer = await alice.post("/metrics/weight/timeseries", content=body % nested, headers=JSON)
        assert answer.status_code in {200, 400, 422}, depth
