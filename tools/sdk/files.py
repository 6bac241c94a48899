"""The generated files of the Python SDK, formatted as the rest of the code."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tools.generated import ROOT
from tools.sdk.events import events
from tools.sdk.models import models
from tools.sdk.operations import classes
from tools.sdk.sent import sent

FOLDER = Path("sdks/python/healthpartner_sdk/_generated")
ABOUT = '"""What the OpenAPI document and the event schemas say. Written by `make contracts`; change nothing here."""\n'


def files(openapi: str, schemas: Mapping[Path, str]) -> dict[Path, str]:
    """By path; `schemas` are the contract's event files."""
    document = json.loads(openapi)
    sources = {"models": models(document), "sent": sent(document), "events": events(dict(schemas)), **classes(document)}
    made = {FOLDER / f"{name}.py": formatted(FOLDER / f"{name}.py", text) for name, text in sources.items()}
    return {FOLDER / "__init__.py": ABOUT, **made}


def formatted(path: Path, text: str) -> str:
    """As `make fix` would leave it, without imports that this file does not need."""
    ruff, named = str(Path(sys.executable).with_name("ruff")), f"--stdin-filename={ROOT / path}"
    fixed = _run([ruff, "check", "--fix-only", "--quiet", named, "-"], text)
    return _run([ruff, "format", "--quiet", named, "-"], fixed)


def _run(command: list[str], text: str) -> str:
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own
