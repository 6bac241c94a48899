from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.core.lifecycle import LIFECYCLE, Deprecation, Lifecycle, Version, months_after

DAYS = st.dates(date(2020, 1, 1), date(2100, 1, 1))


def deprecation(**changed: object) -> Deprecation:
    given_fields = {
        "id": "list-things",
        "kind": "route",
        "name": "list_things",
        "announced": date(2027, 1, 15),
        "instead": "Use another.",
        **changed,
    }
    return Deprecation(**given_fields)  # type: ignore[arg-type]


def lifecycle(*deprecations: Deprecation) -> Lifecycle:
    return Lifecycle((Version("v1", date(2026, 1, 1)),), deprecations)


@given(DAYS)
def test_every_deprecation_keeps_to_6_12_and_18_months(announced: date) -> None:
    each = deprecation(announced=announced)
    assert months_between(announced, each.effective) >= 6
    assert months_between(announced, each.maintained_until) >= 12
    assert months_between(announced, each.sunset) >= 18
    assert announced < each.effective < each.maintained_until < each.sunset


def months_between(start: date, end: date) -> int:
    """Whole months; the last day of a short month completes one."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if end >= months_after(start, months) else months - 1


def test_a_month_without_the_day_ends_on_its_last() -> None:
    assert months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_after(date(2027, 8, 31), 6) == date(2028, 2, 29)


def test_what_is_not_deprecated_has_no_headers() -> None:
    assert lifecycle(deprecation()).headers_of("get_org") == {}


def test_a_deprecated_route_says_when_it_ends() -> None:
    headers = lifecycle(deprecation()).headers_of("list_things")
    assert headers["deprecation"] == f"@{int(datetime(2027, 7, 15, tzinfo=UTC).timestamp())}"
    assert parsedate_to_datetime(headers["sunset"]) == datetime(2028, 7, 15, tzinfo=UTC)
    assert headers["link"] == '</docs/versioning/#list-things>; rel="deprecation"; type="text/html"'


def test_a_deprecated_version_concerns_every_operation() -> None:
    assert lifecycle(deprecation(kind="version", name="v1")).headers_of("get_org")["sunset"]


def test_of_two_the_one_that_ends_first_is_told() -> None:
    later = deprecation(id="later", announced=date(2027, 3, 1))
    assert "#list-things" in lifecycle(later, deprecation()).headers_of("list_things")["link"]


def test_the_document_marks_what_is_deprecated() -> None:
    field = deprecation(id="old-name", kind="field", name="Thing.old", operations=("get_thing",))
    document: dict[str, Any] = {
        "paths": {"/v1/things": {"get": {"operationId": "list_things"}, "post": {"operationId": "get_thing"}}},
        "components": {"schemas": {"Thing": {"properties": {"old": {"type": "string"}, "new": {"type": "string"}}}}},
    }
    lifecycle(deprecation(), field).mark(document)
    assert document["paths"]["/v1/things"]["get"]["deprecated"] is True
    assert "deprecated" not in document["paths"]["/v1/things"]["post"]
    assert document["components"]["schemas"]["Thing"]["properties"] == {
        "old": {"type": "string", "deprecated": True},
        "new": {"type": "string"},
    }


def test_the_declared_lifecycle_is_sound() -> None:
    ids = [each.id for each in LIFECYCLE.deprecations]
    assert len(ids) == len(set(ids))
    names = {version.name for version in LIFECYCLE.versions}
    assert {each.name for each in LIFECYCLE.deprecations if each.kind == "version"} <= names
    assert [each.id for each in LIFECYCLE.deprecations if each.kind == "field" and not each.operations] == []
    assert "v1" in names


@pytest.mark.parametrize("day", [date(2027, 1, 14), date(2027, 1, 15)])
def test_a_deprecation_is_announced_from_its_day_on(day: date) -> None:
    assert bool(lifecycle(deprecation()).announced_by(day)) == (day >= date(2027, 1, 15))
