"""Client generators learn from the document what an item is, though a call's items are decoded one by one."""

from typing import Any

import pytest
from msgspec import structs

from healthpartner.domains.metrics.activity.schemas import ActivityItem
from healthpartner.domains.metrics.body.schemas import BodyItem
from healthpartner.domains.metrics.sleep.schemas import SleepItem
from healthpartner.domains.metrics.timeseries.schemas import TimeseriesItem
from healthpartner.domains.metrics.workouts.schemas import WorkoutItem
from tests.support.operations import document

DOCUMENT = document()
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
ITEMS = [
    ("activity/summary", ActivityItem, 500),
    ("body/summary", BodyItem, 500),
    ("sleep/summary", SleepItem, 500),
    ("workouts/summary", WorkoutItem, 500),
    ("{metric}/timeseries", TimeseriesItem, 1000),
]


def reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


@pytest.mark.parametrize(("path", "kind", "most"), ITEMS)
def test_a_call_takes_so_many_items_of_a_shape_that_the_document_shows(path: str, kind: type, most: int) -> None:
    body = DOCUMENT["paths"][f"/v1/users/{{user_id}}/metrics/{path}"]["post"]["requestBody"]
    whole = SCHEMAS[body["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]]

    data, item = whole["properties"]["data"], SCHEMAS[kind.__name__]

    assert (data["type"], data["maxItems"], data["items"]) == ("array", most, reference(kind.__name__))
    fields = structs.fields(kind)
    assert set(item["properties"]) == {field.encode_name for field in fields}
    assert set(item["required"]) == {field.encode_name for field in fields if field.required}


def test_nested_shapes_formats_and_bounds_are_shown() -> None:
    night, interval = SCHEMAS["SleepItem"]["properties"], SCHEMAS["IntervalItem"]

    assert reference("Stages") in night["stages"]["anyOf"]
    assert night["stage_intervals"]["anyOf"][0] == {
        "type": "array",
        "maxItems": 3000,
        "items": reference("IntervalItem"),
    }
    assert night["date"]["format"] == "date"
    assert (interval["properties"]["start"]["type"], interval["properties"]["start"]["format"]) == (
        "string",
        "date-time",
    )
    assert interval["properties"]["stage"]["enum"] == ["awake", "deep", "light", "rem"]
    assert SCHEMAS["WorkoutItem"]["properties"]["sport"] == reference("SportItem")
    assert SCHEMAS["SleepItem"]["description"].splitlines()[2].startswith("`duration_seconds`")
