"""The one declared lifecycle of the API: which versions there are, and what is on its way out, since when.

The headers of every answer, the OpenAPI document, the documentation and the partners' notice are all computed from it.
To deprecate something, add a `Deprecation` with the day on which partners are told; every later date follows.
"""

import calendar
from datetime import UTC, date, datetime
from typing import Any, Literal

from msgspec import Struct

NOTICE_MONTHS, MAINTENANCE_MONTHS, SUNSET_MONTHS = 6, 12, 18
DOCUMENTATION = "/docs/versioning/"

Kind = Literal["version", "route", "field"]


class Version(Struct, frozen=True):
    name: str
    released: date


class Deprecation(Struct, frozen=True, kw_only=True):
    """`id` never changes. `name` is the version, the operation's id, or `Schema.field` as in the OpenAPI document.

    `operations`: for a field, the operations that send or take it.
    """

    id: str
    kind: Kind
    name: str
    announced: date
    instead: str
    operations: tuple[str, ...] = ()

    @property
    def effective(self) -> date:
        """The first day on which it is deprecated."""
        return months_after(self.announced, NOTICE_MONTHS)

    @property
    def maintained_until(self) -> date:
        """Until then it gets security and critical fixes."""
        return months_after(self.announced, MAINTENANCE_MONTHS)

    @property
    def sunset(self) -> date:
        """The first day on which it may be gone."""
        return months_after(self.announced, SUNSET_MONTHS)

    def concerns(self, operation_id: str) -> bool:
        return self.kind == "version" or operation_id == self.name or operation_id in self.operations


class Lifecycle(Struct, frozen=True):
    versions: tuple[Version, ...]
    deprecations: tuple[Deprecation, ...] = ()

    def headers_of(self, operation_id: str) -> dict[str, str]:
        """RFC 9745 and RFC 8594, for the deprecation of an operation that ends first; empty for nearly all."""
        concerning = [each for each in self.deprecations if each.concerns(operation_id)]
        if not concerning:
            return {}
        first = min(concerning, key=lambda each: each.sunset)
        return {
            "deprecation": f"@{int(midnight(first.effective).timestamp())}",
            "sunset": midnight(first.sunset).strftime("%a, %d %b %Y %H:%M:%S GMT"),
            "link": f'<{DOCUMENTATION}#{first.id}>; rel="deprecation"; type="text/html"',
        }

    def mark(self, document: dict[str, Any]) -> None:
        """Says `deprecated` in an OpenAPI document, of operations and fields."""
        for item in document["paths"].values():
            for operation in item.values():
                concerned = (each for each in self.deprecations if each.kind != "field")
                if any(each.concerns(operation["operationId"]) for each in concerned):
                    operation["deprecated"] = True
        for each in self.deprecations:
            if each.kind == "field":
                schema, _, field = each.name.partition(".")
                document["components"]["schemas"][schema]["properties"][field]["deprecated"] = True

    def announced_by(self, day: date) -> list[Deprecation]:
        return [each for each in self.deprecations if each.announced <= day]


def months_after(day: date, months: int) -> date:
    """The same day of the month, or the month's last where it has none."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


LIFECYCLE = Lifecycle(versions=(Version("v1", released=date(2026, 11, 25)),))
