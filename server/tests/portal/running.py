"""Code samples run as a reader would: each language in a process of its own, in a directory of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from healthpartner.portal import sources
from tests.support.parts.processes import installed

TYPESCRIPT = Path(__file__).parent / "typescript"
SAMPLES = sources.PORTAL / "samples"
SECONDS = 90


def node_modules() -> Path:
    """What npm installed; without it the test is skipped, which CI does not allow."""
    found = TYPESCRIPT / "node_modules"
    if not (found / ".bin" / "tsx").exists():
        pytest.skip("npm has not installed the TypeScript tools: run `make test` on a machine with npm")
    return found


def command(suffix: str) -> list[str]:
    if suffix == "sh":
        for program in ("curl", "jq", "openssl"):
            installed(program)
        return [installed("bash")]
    if suffix == "py":
        return [sys.executable]
    return [str(node_modules() / ".bin" / "tsx")]


def run(suffix: str, text: str, directory: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Runs a whole sample and answers what it did; it has to succeed."""
    start = command(suffix)
    if suffix == "ts":
        prepare_typescript(directory)
    script = directory / f"sample.{suffix}"
    script.write_text(text)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("HP_", "AWS_"))}
    done = subprocess.run(
        [*start, script],
        cwd=directory,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def prepare_typescript(directory: Path) -> None:
    for name in ("node_modules", "package.json", "tsconfig.json"):
        link = directory / name
        if not link.exists():
            link.symlink_to(TYPESCRIPT / name)


def sample(name: str, suffix: str) -> str:
    return (SAMPLES / f"{name}.{suffix}").read_text(encoding="utf-8")
