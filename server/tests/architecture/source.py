"""The platform's source files, parsed once for all architecture tests."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "server" / "healthpartner"


class Source(NamedTuple):
    """One module; `name` is relative to the package, `parts` its folders and its stem."""

    path: Path
    name: str
    text: str
    tree: ast.Module

    @property
    def parts(self) -> tuple[str, ...]:
        return self.path.relative_to(PACKAGE).with_suffix("").parts


@cache
def sources() -> tuple[Source, ...]:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text()
        found.append(Source(path, str(path.relative_to(PACKAGE)), text, ast.parse(text)))
    return tuple(found)


def imported(source: Source) -> Iterator[str]:
    """Every module or name below `healthpartner` that a module imports, without that prefix."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name.removeprefix("healthpartner.") for name in names if name.startswith("healthpartner."))
