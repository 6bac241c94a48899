import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from healthpartner.core.postgres.account import Account, account_for
from healthpartner.core.postgres.binaries import Installation, installations
from healthpartner.core.postgres.binary_copy import _copied, runnable
from healthpartner.core.postgres.errors import BinariesUnreadable


@pytest.fixture
def cache() -> Iterator[Path]:
    """Reachable for every account, unlike pytest's own directories."""
    directory = Path(tempfile.mkdtemp(dir="/var/tmp"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def private(tmp_path: Path) -> Installation:
    """The programs in an environment that only its owner can enter."""
    source = installations()[18]
    site = source.directory.parent.parent
    for folder in (source.directory.relative_to(site), Path(f"{source.directory.parent.name}.libs")):
        # Links are quick, and lead nowhere for an account that cannot enter the directory they lie in.
        ignored = shutil.ignore_patterns("include", "pgxs")
        shutil.copytree(site / folder, tmp_path / folder, ignore=ignored, copy_function=os.symlink)
    return Installation(18, tmp_path / source.directory.relative_to(site))


@pytest.fixture
def small(tmp_path: Path) -> Installation:
    """The shape of an installation, with next to nothing in it."""
    files = ("18/bin/initdb", "18/bin/postgres", "18/lib/plpgsql.so", "18/share/postgresql/postgres.bki")
    for name in (*(f"carrier/{file}" for file in files), "carrier.libs/libpq.so"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("#!/bin/sh\nexit 0\n")
        (tmp_path / name).chmod(0o700 if "bin" in name else 0o600)
    return Installation(18, tmp_path / "carrier" / "18")


def files_of(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]


def test_programs_in_a_private_environment_run_from_where_the_account_can(private: Installation, cache: Path) -> None:
    account = account_for(cache / "none")
    found = runnable(private, account, (cache,))
    assert account.can_run(found.program("initdb"))
    assert account.can_run(found.program("postgres"))


def test_programs_that_run_already_are_not_copied(private: Installation, cache: Path) -> None:
    assert runnable(private, Account(), (cache,)) == private
    assert list(cache.iterdir()) == []


def test_programs_without_readable_templates_do_not_serve(small: Installation, cache: Path) -> None:
    shutil.rmtree(small.directory / "share")
    with pytest.raises(BinariesUnreadable):
        runnable(small, Account(), (cache,))


def test_a_copy_is_open_to_read_and_closed_to_write(small: Installation, cache: Path) -> None:
    copy = _copied(small, cache)
    assert Account().can_run(copy.program("initdb"))
    modes = {path.stat().st_mode & 0o777 for path in cache.rglob("*")}
    assert modes <= {0o755, 0o644}
    assert len(files_of(copy.directory / "share")) == len(files_of(small.directory / "share")) == 1


def test_a_sound_copy_is_used_again(small: Installation, cache: Path) -> None:
    first = _copied(small, cache).program("postgres").stat().st_ino
    assert _copied(small, cache).program("postgres").stat().st_ino == first


def test_a_copy_that_a_cleaner_thinned_out_is_made_again(small: Installation, cache: Path) -> None:
    missing = _copied(small, cache).directory / "share" / "postgresql" / "postgres.bki"
    missing.unlink()
    _copied(small, cache)
    assert missing.exists()
    assert len(list(cache.iterdir())) == 1


@pytest.mark.parametrize("squat", ["writable directory", "link"])
def test_a_place_prepared_by_someone_else_is_not_trusted(
    small: Installation, cache: Path, tmp_path: Path, squat: str
) -> None:
    place = _copied(small, cache).directory.parent.parent
    if squat == "link":
        place.rename(tmp_path / "elsewhere")
        place.symlink_to(tmp_path / "elsewhere")
    else:
        place.chmod(0o777)
    before = place.stat().st_ino
    _copied(small, cache)
    assert not place.is_symlink()
    assert place.stat().st_mode & 0o777 == 0o755
    assert place.stat().st_ino != before


def test_programs_that_run_nowhere_are_a_clear_error(small: Installation, cache: Path) -> None:
    small.program("initdb").write_text("not a program")
    with pytest.raises(BinariesUnreadable, match="outside of private directories"):
        runnable(small, Account(), (cache,))
