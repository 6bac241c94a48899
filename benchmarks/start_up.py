"""The second start of `healthpartner run`, from its command to the first 200, beside PostgreSQL starting alone.

Both start on the same data directory, in turn, with a database that exists already.

    .venv/bin/python benchmarks/start_up.py [--rounds 3]
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "server")]

from benchmarks.support.processes import free_port, stop, until_answers  # noqa: E402
from healthpartner.core.postgres.embedded import EmbeddedPostgres  # noqa: E402

COMMAND = Path(sys.executable).with_name("healthpartner")
GOAL_SECONDS = 3


def start_platform(data_dir: Path) -> float:
    """Seconds from the command to the first 200 of `/readyz`, which asks the database."""
    port = free_port()
    environment = {**os.environ, "HP_DATA_DIR": str(data_dir), "HP_PORT": str(port)}
    started = time.perf_counter()
    process = subprocess.Popen([COMMAND, "run"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until_answers(process, f"http://127.0.0.1:{port}/readyz")
        return time.perf_counter() - started
    finally:
        stop(process)


def start_postgres(data_dir: Path) -> float:
    started = time.perf_counter()
    with EmbeddedPostgres(data_dir):
        return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder)
        data_dir.chmod(0o711)
        first = start_platform(data_dir)
        pairs = [(start_postgres(data_dir), start_platform(data_dir)) for _ in range(rounds)]
    alone, whole = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"  first start {first:.2f} s; PostgreSQL alone {alone:.2f} s")
    print(
        f"  second start to the first 200 {whole:.2f} s (goal {GOAL_SECONDS}), {whole / alone:.1f} x PostgreSQL alone"
    )


if __name__ == "__main__":
    main()
