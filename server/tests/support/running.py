"""The `healthpartner` command as a real process."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

COMMAND = Path(sys.executable).with_name("healthpartner")
NOTHING: Mapping[str, str] = MappingProxyType({})
START_SECONDS = 90
STOP_SECONDS = 30
ANSWERS_AT = re.compile(r"answers at (http://\S+)")


def environment(data_dir: Path, extra: Mapping[str, str] = NOTHING) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("HP_")}
    return {**ours, "HP_DATA_DIR": str(data_dir), "HP_PORT": "0", **extra}


def command(data_dir: Path, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end."""
    return subprocess.run(
        [COMMAND, *arguments],
        env=environment(data_dir, extra),
        cwd=data_dir,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )


@dataclass
class Running:
    """A started `healthpartner run`; `said` is all of its output so far."""

    process: subprocess.Popen[str]
    output: Path
    url: str = ""

    @property
    def said(self) -> str:
        return self.output.read_text()

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(STOP_SECONDS)


@contextmanager
def running(data_dir: Path, **extra: str) -> Iterator[Running]:
    """`healthpartner run`, from when it answers until the end of the block."""
    output = data_dir.with_name(f"{data_dir.name}.output")
    with output.open("w") as file:
        process = subprocess.Popen(
            [COMMAND, "run"],
            env=environment(data_dir, extra),
            cwd=data_dir,
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
        )
    run = Running(process, output)
    try:
        run.url = _address(run)
        yield run
    finally:
        if process.poll() is None:
            run.end(signal.SIGKILL)
        if process.stdout is not None:
            process.stdout.close()


def _address(run: Running) -> str:
    """Waits for the welcome."""
    assert run.process.stdout is not None
    limit = threading.Timer(START_SECONDS, run.process.kill)
    limit.start()
    try:
        for line in run.process.stdout:
            if found := ANSWERS_AT.search(line):
                return found.group(1)
    finally:
        limit.cancel()
    raise RuntimeError(f"healthpartner run did not start: {run.said}")
