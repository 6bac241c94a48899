import ast
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, Source, imported, sources

OPEN_TO_ALL = {"service", "schemas", "events", "errors"}
OPEN_TO_THE_EDGE = OPEN_TO_ALL | {"routes", "jobs", "reactions", "personal_data"}
EDGE = {"web", "entrypoints"}

# What lives as long as the process: `entrypoints` makes it, `web` holds it.
LIVING = ("domains.auth.token_keys", "domains.auth.tokens", "domains.async_jobs.running")

VOCABULARY = OPEN_TO_THE_EDGE | {"store", "rules", "tables"}


def folder_of(target: str) -> tuple[str, ...]:
    """The domain, with its sub-capability where it has some, that an imported name belongs to."""
    parts = target.split(".")[1:]
    path, depth = PACKAGE / "domains", 0
    while depth < len(parts) and (path / parts[depth]).is_dir():
        path, depth = path / parts[depth], depth + 1
    return tuple(parts[:depth])


def wrong_doors(source: Source) -> list[str]:
    mine = source.parts[1] if source.parts[0] == "domains" and len(source.parts) > 1 else None
    doors = OPEN_TO_THE_EDGE if source.parts[0] in EDGE else OPEN_TO_ALL
    found = []
    for target in imported(source):
        if not target.startswith("domains."):
            continue
        folder = folder_of(target)
        if not folder or folder[0] == mine:
            continue
        rest = target.split(".")[1 + len(folder) :]
        module = rest[0] if rest else ""
        living = source.parts[0] in EDGE and target.startswith(LIVING)
        if module not in doors and not living:
            found.append(f"{source.name} imports {target}")
    return found


def test_from_outside_a_domain_is_its_service_events_schemas_and_errors() -> None:
    assert [wrong for source in sources() for wrong in wrong_doors(source)] == []


@pytest.mark.parametrize(
    ("importer", "statement"),
    [
        ("domains/auth/service.py", "from healthpartner.domains.users import store"),
        ("domains/auth/service.py", "from healthpartner.domains.users.rules import check"),
        ("domains/users/service.py", "from healthpartner.domains.tenants.keys import routes"),
        ("web/edge.py", "from healthpartner.domains.users.store import insert"),
        ("delivery/relay.py", "import healthpartner.domains.users.store"),
    ],
)
def test_a_planted_import_of_insides_is_caught(importer: str, statement: str) -> None:
    planted = Source(PACKAGE / Path(importer), importer, statement, ast.parse(statement))
    assert len(wrong_doors(planted)) == 1


def test_a_store_never_decides_and_rules_never_query() -> None:
    for source in sources():
        if source.parts[-1] == "rules":
            assert "uow" not in source.text, source.name
            assert "await " not in source.text, source.name


def test_only_a_store_of_a_domain_holds_sql() -> None:
    calls = (".fetch(", ".fetchrow(", ".fetchval(", ".execute(", ".executemany(", ".read(", ".read_row(")
    for source in sources():
        if source.parts[0] == "domains" and source.parts[-1] in VOCABULARY - {"store", "personal_data"}:
            wrong = [call for call in calls if f"uow{call}" in source.text]
            assert not wrong, f"{source.name} queries by itself: {wrong}"
