import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tools import contracts

FIRST: dict[str, Any] = {"info": {"version": "1.0.0"}, "paths": {"/things": {"get": {"operationId": "list_things"}}}}
SECOND: dict[str, Any] = {
    "info": {"version": "1.1.0"},
    "paths": {**FIRST["paths"], "/more": {"get": {"operationId": "more"}}},
}
WITHOUT_THINGS: dict[str, Any] = {"info": {"version": "1.2.0"}, "paths": {"/more": {"get": {"operationId": "more"}}}}


class Repository:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.git("init", "--quiet")

    def git(self, *arguments: str) -> None:
        identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *identity, *arguments], cwd=self.root, check=True, capture_output=True)

    def commit(self, document: dict[str, Any]) -> None:
        path = self.root / contracts.OPENAPI
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(document))
        self.git("add", str(contracts.OPENAPI))
        self.git("commit", "--quiet", "--no-verify", "-m", "a version")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root of its own, even when a git hook runs the tests."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.setattr(contracts, "ROOT", tmp_path)
    return tmp_path


@pytest.fixture
def repository(root: Path) -> Repository:
    return Repository(root)


def test_nothing_is_promised_before_the_first_version(repository: Repository) -> None:
    assert not contracts.is_promised()
    repository.commit(FIRST)
    assert contracts.is_promised()


def test_a_promise_outlives_its_file(repository: Repository) -> None:
    repository.commit(FIRST)
    (repository.root / contracts.OPENAPI).unlink()
    assert contracts.is_promised()


def test_the_first_version_breaks_nothing(repository: Repository) -> None:
    repository.commit(FIRST)
    assert contracts.broken(json.dumps(FIRST)) == []


def test_an_uncommitted_change_is_compared_with_the_newest_version(repository: Repository) -> None:
    repository.commit(FIRST)
    repository.commit(SECOND)
    assert contracts.broken(json.dumps(WITHOUT_THINGS)) == ["/things: removed"]


def test_a_committed_change_is_compared_with_the_version_before(repository: Repository) -> None:
    repository.commit(SECOND)
    repository.commit(WITHOUT_THINGS)
    assert contracts.broken(json.dumps(WITHOUT_THINGS)) == ["/things: removed"]


def test_a_new_major_version_may_break(repository: Repository) -> None:
    repository.commit(FIRST)
    assert contracts.broken(json.dumps({**WITHOUT_THINGS, "info": {"version": "2.0.0"}})) == []


@pytest.mark.usefixtures("root")
def test_without_a_repository_there_is_nothing_to_compare() -> None:
    assert contracts.broken(json.dumps(FIRST)) == []
