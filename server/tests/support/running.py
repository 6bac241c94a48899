"""The `healthpartner` command as a real process."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
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


class Running:
    """A started `healthpartner run`; `said` is all of its output so far, logs included."""

    def __init__(self, data_dir: Path, extra: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [COMMAND, "run"],
            env=environment(data_dir, extra),
            cwd=data_dir,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.url = ""
        self._lines: list[str] = []
        self._answers = threading.Event()
        self._listener = threading.Thread(target=self._listen, name="output of healthpartner", daemon=True)
        self._listener.start()

    @property
    def said(self) -> str:
        return "".join(self._lines)

    def until_it_answers(self) -> None:
        self._answers.wait(START_SECONDS)
        if not self.url:
            raise RuntimeError(f"healthpartner run did not start: {self.said}")

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        code = self.process.wait(STOP_SECONDS)
        self._listener.join(STOP_SECONDS)
        return code

    def _listen(self) -> None:
        """Takes the output as it comes: a full pipe would stop the process."""
        with self.process.stdout or nullcontext(()) as lines:
            for line in lines:
                self._lines.append(line)
                if found := ANSWERS_AT.search(line):
                    self.url = found.group(1)
                    self._answers.set()
        self._answers.set()


@contextmanager
def running(data_dir: Path, **extra: str) -> Iterator[Running]:
    """`healthpartner run`, from when it answers until the end of the block."""
    run = Running(data_dir, extra)
    try:
        run.until_it_answers()
        yield run
    finally:
        if run.process.poll() is None:
            run.end(signal.SIGKILL)


@contextmanager
def serving(data_dir: Path, name: str, **extra: str) -> Iterator[subprocess.Popen[bytes]]:
    """`healthpartner <name>` as an operator's supervisor would run it, but for starting it again: whoever asks `poll`
    learns whether it is still the same process. Its log goes to `<name>.log`.
    """
    with (data_dir / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            [COMMAND, name], env=environment(data_dir, extra), cwd=data_dir, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(STOP_SECONDS)
