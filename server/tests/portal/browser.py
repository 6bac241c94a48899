"""Chromium of the system's, headless, with nothing of a profile and nothing that calls home."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import BrowserContext, ViewportSize, sync_playwright

from tests.portal.running import node_modules
from tests.support.parts.processes import installed

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)

AXE = "axe.run(document, {resultTypes: ['violations']})"


def axe_script() -> str:
    """What a page has to evaluate before `AXE`."""
    return (node_modules() / "axe-core" / "axe.min.js").read_text()


def serious_findings(answer: dict[str, Any]) -> list[str]:
    """Of what `AXE` answers."""
    return [
        f"{each['id']}: {node['html']} {node['failureSummary']}"
        for each in answer["violations"]
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]


@contextmanager
def chromium() -> Iterator[BrowserContext]:
    program = installed("chromium")
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=program, args=list(FLAGS), headless=True
        )
        yield context
        context.close()
