"""What the dashboard and the runbooks tell an operator to ask is asked: metrics that exist, statements that run."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.metrics import MetricWrapperBase

from healthpartner.core import telemetry
from healthpartner.destinations.contract import PublishFailed
from tests.support.database import Tenant
from tests.support.delivery import Post, record_steps
from tests.support.parts.processes import installed
from tests.support.running import running

ROOT = Path(__file__).parents[3]
DASHBOARD: dict[str, Any] = json.loads((ROOT / "deploy" / "grafana" / "event-delivery.json").read_text())
RUNBOOKS = sorted((ROOT / "docs" / "runbooks").glob("*.md"))
PROMQL_WORDS = {
    *("sum", "max", "by", "rate", "increase", "deriv", "histogram_quantile", "time"),
    "le",
}


def metrics() -> dict[str, set[str]]:
    """The series that are exposed, by name, with their labels."""
    found: dict[str, set[str]] = {}
    for metric in vars(telemetry).values():
        if isinstance(metric, MetricWrapperBase):
            (family,) = metric.describe()
            labels = set(metric._labelnames)
            endings = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}[family.type]
            found |= {family.name + ending: labels | ({"le"} if ending == "_bucket" else set()) for ending in endings}
    return found


def blocks(language: str) -> list[Any]:
    found = [
        pytest.param(text, id=f"{page.stem}-{number}")
        for page in RUNBOOKS
        for number, text in enumerate(re.findall(rf"```{language}\n(.*?)```", page.read_text(), re.DOTALL))
    ]
    assert found
    return found


def panels() -> list[Any]:
    return [
        pytest.param(target["expr"], id=f"{panel['title']}-{target['refId']}")
        for panel in DASHBOARD["panels"]
        for target in panel["targets"]
    ]


@pytest.mark.parametrize("query", [*panels(), *blocks("promql")])
def test_a_query_asks_for_metrics_and_labels_that_exist(query: str) -> None:
    known = metrics()
    selectors = re.findall(r"(\w+)\{([^}]*)\}", query)
    labels = {label for _, chosen in selectors for label in re.findall(r"(\w+)\s*(?:=|!)", chosen)}
    labels |= {label for chosen in re.findall(r"by \(([^)]*)\)", query) for label in re.split(r",\s*", chosen)}
    bare = re.sub(r'\{[^}]*\}|by \([^)]*\)|\[\d+[smh]\]|"[^"]*"', "", query)
    names = set(re.findall(r"[A-Za-z_]\w*", bare)) - PROMQL_WORDS

    assert names
    assert names <= known.keys()
    assert all(labels <= known[name] for name in names if len(names) == 1)
    assert query.count("(") == query.count(")")


def test_the_dashboard_shows_every_metric_of_delivery() -> None:
    shown = " ".join(target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"])
    of_delivery = {
        name for name in metrics() if re.match(r"deliver|attempt_|oldest_|failing_|backlog_|events_|destination_", name)
    }

    assert {name for name in of_delivery if not name.endswith(("_sum", "_count")) and name not in shown} == set()


def test_no_metric_names_a_tenant_or_a_member() -> None:
    assert {label for labels in metrics().values() for label in labels} <= {
        *("stream", "kind", "outcome", "notice", "type", "le"),
        *("method", "route", "status", "provider"),
    }


@pytest.mark.parametrize("statement", blocks("sql"))
async def test_a_statement_of_a_runbook_runs(statement: str, post: Post, acme: Tenant) -> None:
    mailbox = await post.register(acme)
    mailbox.refusing = PublishFailed("unauthorized", "no such key")
    await record_steps(acme, 1, 2)
    await post.deliver()

    async with post.database.system.acquire() as connection, connection.transaction():
        # One that changes something is there to change it; any other is there to be read.
        done = await connection.execute(statement)

    assert re.fullmatch(r"(SELECT|UPDATE) \d+", done)
    if done.startswith("UPDATE"):
        assert done == "UPDATE 2"
        mailbox.refusing = None
        assert await post.deliver() == 2


async def test_the_runbook_finds_the_dead_destination_with_its_providers_words(post: Post, acme: Tenant) -> None:
    mailbox = await post.register(acme)
    mailbox.refusing = PublishFailed("unauthorized", "no such key")
    await record_steps(acme, 1, 2)
    await post.deliver()
    page = (ROOT / "docs" / "runbooks" / "dead-destination.md").read_text()
    which, words = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)[:2]

    (destination,) = await post.database.system.fetch(which)
    attempts = await post.database.system.fetch(words)

    assert (destination["stream"], destination["waiting"]) == ("device_data", 2)
    assert {row["provider_message"] for row in attempts} == {"no such key"}


def test_the_commands_of_the_runbooks_answer(tmp_path: Path) -> None:
    # The operating system user of PostgreSQL passes through.
    for part in (tmp_path, tmp_path.parent):
        part.chmod(0o711)
    with running(tmp_path) as run:
        while "oldest_undelivered_seconds{" not in httpx.get(f"{run.url}/metrics").text:
            assert run.process.poll() is None
        for script in blocks("sh"):
            done = subprocess.run(
                [installed("bash"), "-euo", "pipefail", "-c", script.values[0]],
                env={**os.environ, "HP_BASE_URL": run.url},
                capture_output=True,
                text=True,
                check=True,
                timeout=30,
            )
            assert done.stdout
