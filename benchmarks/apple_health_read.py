"""Reading an Apple Health export against expat alone: `python benchmarks/apple_health_read.py [records]`."""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.parsers import expat

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "server"))

from healthpartner.providers.apple_health.export_reader import read_export
from healthpartner.providers.contract import SampleChunk
from tests.support.apple_health import write_export

ROUNDS = 3
RECORDS = 545_000


def read_with_expat(path: Path) -> float:
    """Seconds for expat to go through the file, with no handler to call."""
    parser = expat.ParserCreate()
    started = time.perf_counter()
    with path.open("rb") as file:
        while block := file.read(1024**2):
            parser.Parse(block, False)
        parser.Parse(b"", True)
    return time.perf_counter() - started


def read_as_samples(path: Path) -> float:
    started = time.perf_counter()
    reader = read_export(path)
    kept = sum(len(chunk) for chunk in reader if isinstance(chunk, SampleChunk))
    elapsed = time.perf_counter() - started
    assert kept == reader.report.samples_kept > 0
    return elapsed


def measure(path: Path) -> None:
    """Both in turn, several times, so that a busy machine slows both alike."""
    pairs = [(read_with_expat(path), read_as_samples(path)) for _ in range(ROUNDS)]
    alone, whole = min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"  expat alone {alone:.2f} s, import reader {whole:.2f} s, ratio {whole / alone:.2f}, peak memory {peak:.0f} MB"
    )


def main() -> None:
    records = int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS
    with tempfile.TemporaryDirectory() as folder:
        for size in (records // 10, records):
            path = Path(folder) / f"export_{size}.xml"
            started = time.perf_counter()
            written = write_export(path, records=size)
            print(f"{written / 1e6:.0f} MB, written in {time.perf_counter() - started:.1f} s")
            # A process of its own, for the peak of the writer is not the reader's.
            subprocess.run([sys.executable, __file__, "--measure", str(path)], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(Path(sys.argv[2]))
    else:
        main()
