import os
import re
import signal
import subprocess
import threading
from contextlib import closing, nullcontext
from pathlib import Path

import pytest

from healthpartner.portal.site import File, site
from healthpartner.web.portal import BASE
from tests.portal.running import run, sample
from tests.support.parts.ports import free_port, wait_until_open

ROOT = Path(__file__).parents[3]
PAGE = "getting-started"
TERMINAL = re.compile(r"^```bash Terminal (\d)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
WRITTEN_PORT = "4566"
STARTED = b"Ctrl-C stops"
START_SECONDS = 120
STOP_SECONDS = 60


@pytest.fixture(scope="module")
def files() -> dict[str, File]:
    return site(BASE)


def terminals(files: dict[str, File], port: int) -> dict[str, str]:
    """What the page says to type, with a port of the test's own in place of the one that it names."""
    text = files[f"{PAGE}.md"].body.decode()
    return {number: block.replace(WRITTEN_PORT, str(port)) for number, block in TERMINAL.findall(text)}


class Terminal:
    """A shell that stays open; at the end everything that it started goes with it. Its output is taken as it comes."""

    def __init__(self, commands: str, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            ["bash", "-euc", commands],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._said: list[bytes] = []
        self._ready = threading.Event()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        with self.process.stdout or nullcontext(()) as lines:
            for line in lines:
                self._said.append(line)
                if STARTED in line:
                    self._ready.set()
        self._ready.set()

    def until_the_platform_is_ready(self) -> None:
        self._ready.wait(START_SECONDS)
        assert any(STARTED in line for line in self._said), b"".join(self._said).decode()

    def close(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(STOP_SECONDS)
        self._listener.join(STOP_SECONDS)


def variables(commands: str, directory: Path) -> dict[str, str]:
    """The environment that a shell has after `commands`."""
    done = subprocess.run(
        ["bash", "-euc", f"{commands}\nenv -0"], cwd=directory, capture_output=True, text=True, check=True
    )
    return dict(entry.split("=", 1) for entry in done.stdout.split("\0") if "=" in entry)


@pytest.mark.parametrize("suffix", ["sh", "py", "ts"])
def test_the_page_leads_from_make_run_to_a_verified_event(suffix: str, files: dict[str, File], tmp_path: Path) -> None:
    port = free_port()
    typed = terminals(files, port)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HP_", "AWS_"))}
    stand_in = {**clean, "MINISTACK_HOST": "127.0.0.1", "GATEWAY_PORT": str(port)}
    platform = {**clean, "HP_DATA_DIR": str(tmp_path / ".data"), "HP_PORT": str(free_port())}
    with closing(Terminal(typed["1"], stand_in)) as queue, closing(Terminal(typed["2"], platform)) as served:
        wait_until_open(port, queue.process)
        served.until_the_platform_is_ready()
        done = run(suffix, sample(PAGE, suffix), tmp_path, variables(typed["3"], tmp_path))
    event = done.stdout[done.stdout.rindex("event_id") :]
    assert "device.daily_data.updated" in event
    assert "heart_rate" in event
