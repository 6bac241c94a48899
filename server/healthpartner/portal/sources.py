"""Where the portal's sources are: beside the package in a checkout, inside it in a wheel."""

import json
from functools import cache
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parents[1]
CHECKOUT = PACKAGE.parents[1]


def _folder(name: str) -> Path:
    packed = PACKAGE / f"_{name}"
    return packed if packed.is_dir() else CHECKOUT / name


PORTAL = _folder("portal")
CONTRACTS = _folder("contracts")


def guide(slug: str) -> str:
    return (PORTAL / "guides" / f"{slug}.md").read_text(encoding="utf-8")


def changelog() -> str:
    packed = PORTAL / "CHANGELOG.md"
    return (packed if packed.is_file() else CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")


@cache
def contract(name: str) -> Any:
    """A JSON file of `contracts/`."""
    return json.loads((CONTRACTS / name).read_text(encoding="utf-8"))


@cache
def events() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Schema and example of every event, by type."""
    schemas = sorted((CONTRACTS / "events").glob("*.schema.json"))
    names = [path.name.removesuffix(".schema.json") for path in schemas]
    return [(contract(f"events/{name}.schema.json"), contract(f"events/{name}.example.json")) for name in names]
