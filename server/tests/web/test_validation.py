"""Bodies that are refused tell of what is wrong with them, and of nothing else."""

from typing import Annotated, Any

import msgspec
import pytest
from msgspec import Meta, Struct

from healthpartner.core.errors import ValidationFailed
from healthpartner.web.validation import decode
from tests.support.api import Member


class Part(Struct):
    held: msgspec.Raw
    many: list[msgspec.Raw] = []
    named: dict[str, msgspec.Raw] = {}


class Whole(Struct):
    data: Annotated[msgspec.Raw, Meta(description="Kept undecoded.")]
    number: int = 0
    part: Part | None = None
    parts: list[Part] = []
    counts: dict[int, str] = {}


def faults_of(body: Any) -> set[tuple[str, str]]:
    with pytest.raises(ValidationFailed) as refused:
        decode(msgspec.json.encode(body), None, Whole)
    return {(detail.field, detail.code) for detail in refused.value.details}


@pytest.mark.parametrize("anything", [[], {}, [{"a": 1}], "text", 1, 1.5, None, True, 10**30])
def test_what_is_kept_undecoded_is_never_at_fault(anything: Any) -> None:
    data = msgspec.Raw(str(anything).encode()) if anything == 10**30 else anything
    part = {"held": data, "many": [data], "named": {"a": data}}

    assert faults_of({"data": data, "number": "no"}) == {("number", "invalid_value")}
    assert faults_of({"data": data, "part": part, "parts": [part, 7]}) == {("parts.1", "invalid_value")}
    assert faults_of({"data": data, "part": {**part, "many": 1}}) == {("part.many", "invalid_value")}
    assert faults_of({"part": part}) == {("data", "required")}
    assert faults_of({"data": data, "parts": [{}]}) == {("parts.0.held", "required")}


def test_a_wrong_key_is_named_with_its_object() -> None:
    assert faults_of({"data": [], "number": "x", "counts": {"one": "a"}}) == {
        ("number", "invalid_value"),
        ("counts", "invalid_value"),
    }


@pytest.mark.parametrize("kind", ["activity", "body", "sleep", "workouts", "weight"])
async def test_a_wrong_flag_beside_sound_items_is_the_only_fault(alice: Member, kind: str) -> None:
    path = "/metrics/weight/timeseries" if kind == "weight" else f"/metrics/{kind}/summary"

    refused = await alice.post(path, json={"data": [], "is_backfill": "yes"})

    assert refused.status_code == 422
    assert [detail["field"] for detail in refused.json()["error"]["details"]] == ["is_backfill"]
