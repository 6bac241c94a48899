import json
import os
import re
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from tests.support.apple_health import write_export
from tests.support.parts.ministack import ministack
from tests.support.parts.ports import free_port

ROOT = Path(__file__).parents[3]
BLOCK = re.compile(r"<!-- quickstart -->\n```(bash|python)\n(.*?)```", re.DOTALL)
STARTED = "Ctrl-C stops"
START_SECONDS = 120
QUICKSTART_SECONDS = 120
MEGABYTES = 100
SAMPLES = ROOT.parent / "shared" / "samples" / "wearables" / "apple_health"


def blocks() -> list[tuple[str, str]]:
    return BLOCK.findall((ROOT / "README.md").read_text())


def as_one_script() -> str:
    """The reader's third terminal: one shell, with the Python parts run as they stand; a mark before each block."""
    parts = ["set -euo pipefail"]
    for number, (language, text) in enumerate(blocks(), start=1):
        parts.append(f"echo; echo '== {number}'")
        parts.append(text if language == "bash" else f"{sys.executable} - <<'PYTHON'\n{text}PYTHON")
    return "\n".join(parts)


@contextmanager
def platform(directory: Path, environment: dict[str, str]) -> Iterator[None]:
    command = [str(Path(sys.executable).parent / "healthpartner"), "run"]
    with (directory / "platform.log").open("w+") as log:
        process = subprocess.Popen(
            command, cwd=directory, env=environment, stdout=subprocess.PIPE, stderr=log, text=True, bufsize=1
        )
        assert process.stdout is not None
        timer = threading.Timer(START_SECONDS, process.kill)
        timer.start()
        try:
            assert any(STARTED in line for line in process.stdout), log_of(log)
            timer.cancel()
            yield
        finally:
            timer.cancel()
            process.terminate()
            process.wait(60)
            process.stdout.close()


def log_of(log: IO[str]) -> str:
    log.seek(0)
    return log.read()


@pytest.fixture(params=["export_small.xml", "export_from_zip.xml", "generated"])
def export(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """As a phone hands it out: people's own exports, and one of 100 MB."""
    path = tmp_path / "export.zip"
    if request.param == "generated":
        write_export(path, megabytes=MEGABYTES)
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(SAMPLES / request.param, "apple_health_export/export.xml")
    return path


def test_the_readme_leads_from_nothing_to_a_verified_event(
    tmp_path: Path, export: Path, request: pytest.FixtureRequest
) -> None:
    assert shutil.which("curl"), "the quickstart uses curl"
    with ministack() as port:
        endpoint = f"http://127.0.0.1:{port}"
        clean = {name: value for name, value in os.environ.items() if not name.startswith("HP_")}
        served = {
            **clean,
            "HP_DATA_DIR": str(tmp_path / ".data"),
            "HP_PORT": str(free_port()),
            "HP_DELIVERY_SQS_ENDPOINT": endpoint,
            "HP_DELIVERY_AWS_ACCESS_KEY": "any",
            "HP_DELIVERY_AWS_SECRET_KEY": "any",
        }
        with platform(tmp_path, served):
            done = subprocess.run(
                ["bash", "-c", as_one_script()],
                cwd=tmp_path,
                env={**clean, "SQS_ENDPOINT": endpoint, "EXPORT": str(export)},
                capture_output=True,
                text=True,
                timeout=QUICKSTART_SECONDS,
                check=False,
            )
    assert done.returncode == 0, done.stdout + done.stderr
    _, profile, queue, imported, heart_rate, event = re.split(r"\n== \d\n", done.stdout)
    assert json.loads(profile)["data"]["profile"]["name"] == "Robin Quick"
    assert json.loads(queue)["data"]["queue_name"] == "device_data"
    assert '"status":"completed"' in imported
    rows = json.loads(heart_rate)["data"]
    assert {row["unit"] for row in rows} == {"bpm"}
    assert len(rows) >= 30 if "generated" in request.node.name else [row["value"] for row in rows] == [72]
    assert event.splitlines()[-1].startswith("device.backfill.completed {'provider': 'apple_health_kit'")
