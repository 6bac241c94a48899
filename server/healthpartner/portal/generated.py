"""The parts of pages that are made from the contracts and the code, as Markdown."""

import json
from collections.abc import Callable
from typing import Any

from healthpartner.canonical.metrics import METRICS
from healthpartner.destinations.registry import KINDS
from healthpartner.portal import sources
from healthpartner.portal.fields import rows_of
from healthpartner.portal.operations import (
    Operation,
    address_in_reference,
    credential_of,
    grouped,
    operation_catalogue,
)
from healthpartner.portal.tables import table

AGAIN = frozenset({429, 500, 502, 503})


def route_index() -> str:
    head = ["", "Path", "What it does", "Credential"]
    return "\n".join(
        f"## {group}\n\n{table(head, [_route(*member) for member in members])}" for group, members in grouped().items()
    )


def _route(method: str, path: str, operation: Operation) -> list[str]:
    summary = operation.get("summary", "") + (" (deprecated)" if operation.get("deprecated") else "")
    link = f"[`{path}`](reference.md{address_in_reference(operation)})"
    return [f"`{method}`", link, summary, credential_of(operation)]


def error_catalogue() -> str:
    rows = []
    for error in sources.contract("errors.json")["errors"]:
        again = error["status"] in AGAIN or error["code"] == "idempotency_key_in_use"
        rows.append(
            [f"`{error['code']}`", str(error["status"]), "<br>".join(error["messages"]), "yes" if again else "no"]
        )
    rows.sort(key=lambda row: (row[1], row[0]))
    return table(["Code", "Status", "Message", "Send again?"], rows)


def event_index() -> str:
    rows = [
        [
            f"[`{schema['title']}`](event-catalogue.md#{anchor(schema['title'])})",
            f"`{schema['x-queue']}`",
            schema["description"] + _unavailable(schema),
        ]
        for schema, _ in sources.events()
    ]
    return table(["Event", "Stream", "What happened"], rows)


def event_catalogue() -> str:
    return "\n".join(_event(schema, example) for schema, example in sources.events())


def _unavailable(schema: dict[str, Any]) -> str:
    return "" if schema["x-available"] else " Not sent yet."


def anchor(event_type: str) -> str:
    return event_type.replace(".", "")


def _event(schema: dict[str, Any], example: dict[str, Any]) -> str:
    name = schema["title"]
    data = next(
        schema["$defs"][option["$ref"].rsplit("/", 1)[-1]]
        for option in schema["properties"]["data"]["anyOf"]
        if not option["$ref"].endswith("/Truncated")
    )
    rows = [[f"`{row.name}`", row.kind, row.meaning] for row in rows_of(data, schema["$defs"])]
    return "\n".join(
        [
            f"## {name}\n",
            f"{schema['description']} Stream: `{schema['x-queue']}`.{_unavailable(schema)}\n",
            table(["Field of `data`", "Type", "Meaning"], rows) if rows else "It has no data of its own.\n",
            f"```json Example\n{json.dumps(example, indent=2, ensure_ascii=False)}\n```\n",
            f"[JSON Schema](events/{name}.v1.schema.json)\n",
        ]
    )


def metric_catalogue() -> str:
    domains: dict[str, list[list[str]]] = {}
    for metric in METRICS.values():
        row = [f"`{metric.slug}`", metric.description, f"`{metric.unit}`"]
        domains.setdefault(metric.domain.replace("_", " ").capitalize(), []).append(row)
    head = ["Slug", "What it is", "Unit"]
    return "\n".join(f"### {domain}\n\n{table(head, rows)}" for domain, rows in domains.items())


def destinations() -> str:
    rows = [[f"`{name}`", kind.manifest.title, kind.manifest.description] for name, kind in KINDS.items()]
    return table(["`type`", "Queue", "What arrives"], rows)


def file(name: str) -> str:
    """A file of the site that is no page, for a link."""
    return name


PARTS: dict[str, Callable[..., Any]] = {
    "route_index": route_index,
    "operation_catalogue": operation_catalogue,
    "error_catalogue": error_catalogue,
    "event_index": event_index,
    "event_catalogue": event_catalogue,
    "metric_catalogue": metric_catalogue,
    "destinations": destinations,
    "file": file,
}
