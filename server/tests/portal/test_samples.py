import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from healthpartner.entrypoints.sandbox import read_env
from healthpartner.portal import samples, sources
from healthpartner.portal.site import File
from tests.portal.running import SAMPLES, command, node_modules, prepare_typescript, run, sample
from tests.support.running import running

FENCE = re.compile(r"^```(\w+)( [^\n]+)?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NOT_RUN = {"json", "http", "text"}
# These need a queue, and have a test of their own that follows the page.
FOLLOWED = "getting-started"
# These move the tenant's clock, on which everybody else's keys and tokens depend.
MOVING = "sandbox"
VECTORS = sources.contract("signature-vectors.json")["vectors"]
JUDGES = {
    "sh": 'verified "$(cat)"\n',
    "py": "import sys\nverified(sys.stdin.read(), sys.argv[1])\n",
    "ts": 'import { readFileSync } from "node:fs";\nverified(readFileSync(0, "utf8"), process.argv[2]);\n',
}
OPTIONS = {"sh": "set -euo pipefail\nHP_SIGNING_SECRET=$1\n", "py": "", "ts": ""}


def every_sample() -> list[tuple[str, str]]:
    return sorted((path.stem, path.suffix[1:]) for path in SAMPLES.iterdir() if path.suffix[1:] in samples.LANGUAGES)


@contextmanager
def sandbox(directory: Path) -> Iterator[dict[str, str]]:
    """The credentials of one that runs meanwhile."""
    with running(directory) as run:
        # The file is complete once its address is the one that answers.
        assert run.url
        yield read_env(directory / "sandbox.env")


@pytest.fixture(scope="module")
def credentials(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with sandbox(tmp_path_factory.mktemp("sandbox")) as known:
        yield known


@pytest.mark.parametrize("suffix", ["sh", "py", "ts"])
def test_the_samples_that_move_the_clock_run_in_a_sandbox_of_their_own(
    suffix: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with sandbox(tmp_path_factory.mktemp("sandbox")) as known:
        run(suffix, sample(MOVING, suffix), tmp_path, known)


@pytest.mark.parametrize(("name", "suffix"), [each for each in every_sample() if each[0] not in {FOLLOWED, MOVING}])
def test_every_sample_runs_as_it_stands(name: str, suffix: str, tmp_path: Path, credentials: dict[str, str]) -> None:
    run(suffix, sample(name, suffix), tmp_path, credentials)


def test_no_page_has_code_that_is_not_run(files: dict[str, File]) -> None:
    known = {text for name, suffix in every_sample() for text in samples.sections(name, suffix).values()}
    unknown = []
    for path, file in files.items():
        if not path.endswith(".md"):
            continue
        for language, label, text in FENCE.findall(file.body.decode()):
            if language in NOT_RUN or text.strip("\n") in known:
                continue
            if not (path == f"{FOLLOWED}.md" and label.strip().startswith("Terminal ")):
                unknown.append(f"{path}: {text[:60]}")
    assert unknown == []


def test_every_section_of_a_sample_is_on_a_page(files: dict[str, File]) -> None:
    text = "".join(file.body.decode() for path, file in files.items() if path.endswith(".md"))
    unused = [
        f"{name}.{suffix}: {title}"
        for name, suffix in every_sample()
        for title, section in samples.sections(name, suffix).items()
        if section not in text
    ]
    assert unused == []


def test_every_json_sample_is_json(files: dict[str, File]) -> None:
    for path, file in files.items():
        if path.endswith(".md"):
            for language, _, text in FENCE.findall(file.body.decode()):
                if language == "json":
                    json.loads(text)


def test_the_typescript_samples_have_no_type_errors(tmp_path: Path) -> None:
    compiler = node_modules() / ".bin" / "tsc"
    prepare_typescript(tmp_path)
    for path in SAMPLES.glob("*.ts"):
        (tmp_path / path.name).write_text(path.read_text())
    done = subprocess.run([compiler, "-p", "."], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("suffix", ["sh", "py", "ts"])
@pytest.mark.parametrize("vector", VECTORS, ids=[each["name"] for each in VECTORS])
def test_the_verification_on_the_pages_takes_what_is_ours_and_refuses_the_rest(
    suffix: str, vector: dict[str, Any], tmp_path: Path
) -> None:
    script = OPTIONS[suffix] + samples.sections(FOLLOWED, suffix)["verify"] + "\n" + JUDGES[suffix]
    accepted = any(judged(suffix, script, vector["envelope"], secret, tmp_path) for secret in vector["secrets"])
    assert accepted == vector["valid"]


def judged(suffix: str, script: str, envelope: str, secret: str, directory: Path) -> bool:
    if suffix == "ts":
        prepare_typescript(directory)
    path = directory / f"judge.{suffix}"
    path.write_text(script)
    done = subprocess.run(
        [*command(suffix), path, secret], input=envelope, cwd=directory, capture_output=True, text=True, check=False
    )
    return done.returncode == 0
