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
        shutil.copytree(site / folder, tmp_path / folder, ignore=shutil.ignore_patterns("include", "pgxs"))
    return Installation(18, tmp_path / source.directory.relative_to(site))


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


def test_a_copy_is_open_to_read_and_closed_to_write(private: Installation, cache: Path) -> None:
    copy = _copied(private, cache)
    assert Account().can_run(copy.program("initdb"))
    modes = {path.stat().st_mode & 0o777 for path in cache.rglob("*")}
    assert modes <= {0o755, 0o644}
    assert len(files_of(copy.directory / "share")) == len(files_of(private.directory / "share"))


def test_a_sound_copy_is_used_again(private: Installation, cache: Path) -> None:
    first = _copied(private, cache).program("postgres").stat().st_ino
    assert _copied(private, cache).program("postgres").stat().st_ino == first


def test_a_copy_that_a_cleaner_thinned_out_is_made_again(private: Installation, cache: Path) -> None:
    missing = _copied(private, cache).directory / "share" / "postgresql" / "postgres.bki"
    missing.unlink()
    _copied(private, cache)
    assert missing.exists()
    assert len(list(cache.iterdir())) == 1


@pytest.mark.parametrize("squat", ["writable directory", "link"])
def test_a_place_prepared_by_someone_else_is_not_trusted(
    private: Installation, cache: Path, tmp_path: Path, squat: str
) -> None:
    place = _copied(private, cache).directory.parent.parent
    if squat == "link":
        place.rename(tmp_path / "elsewhere")
        place.symlink_to(tmp_path / "elsewhere")
    else:
        place.chmod(0o777)
    before = place.stat().st_ino
    _copied(private, cache)
    assert not place.is_symlink()
    assert place.stat().st_mode & 0o777 == 0o755
    assert place.stat().st_ino != before


def test_programs_that_run_nowhere_are_a_clear_error(private: Installation, cache: Path) -> None:
    private.program("initdb").write_text("not a program")
    with pytest.raises(BinariesUnreadable, match="outside of private directories"):
        runnable(private, Account(), (cache,))
