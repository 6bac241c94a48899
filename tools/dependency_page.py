"""The dependency page: what for and why are written by hand; licence and release come from the lock file and from
what is installed. Copyleft licences of the GPL family are refused in whatever is installed.
"""

import importlib.metadata
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

from tools.generated import ROOT

PAGE = Path("docs/dependencies.md")
NAME = re.compile(r"^[A-Za-z0-9._-]+")
COPYLEFT = re.compile(r"\b[AL]?GPL|GNU (Affero|Lesser|General)", re.IGNORECASE)
UPLOADED = re.compile(r'upload-time = "(\d{4}-\d{2}-\d{2})')
LONGEST_LICENCE_NAME = 60

HEAD = """# Dependencies

Every library that we name ourselves: what for, and why this one. `make docs` fills in licence and release (the locked
version and the day it came out) and `make check` fails when a library has no line here, or one too many, or when
anything installed is under a licence of the GPL family. Exact versions of everything are in `uv.lock`.

| name | licence | last release seen | what for | why this one |
|---|---|---|---|---|
"""


def page() -> tuple[str, list[str]]:
    """The page with its generated columns current, and what has to be mended by hand."""
    reasons, problems = _written_reasons()
    locked = _locked()
    rows = []
    for name in direct_dependencies():
        reason = reasons.pop(name, None)
        if reason is None:
            problems.append(f"{PAGE}: {name} needs a line: what for, and why this one")
            continue
        licence = licence_of(name) or reason[0]
        rows.append(f"| {name} | {licence} | {locked.get(name, reason[1])} | {reason[2]} | {reason[3]} |\n")
    problems += [f"{PAGE}: {name} is not a direct dependency" for name in reasons]
    return HEAD + "".join(rows), problems + copyleft()


def direct_dependencies() -> list[str]:
    """Normal, optional and development ones, by their normalised names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    listed: list[str] = list(project["project"]["dependencies"])
    for extra in project["project"].get("optional-dependencies", {}).values():
        listed += extra
    for group in project.get("dependency-groups", {}).values():
        listed += [entry for entry in group if isinstance(entry, str)]
    found = (NAME.match(entry) for entry in listed)
    names = {normalised(match.group()) for match in found if match}
    ours = project["tool"]["uv"]["sources"].keys() | {project["project"]["name"]}
    return sorted(names - {normalised(name) for name in ours})


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _written_reasons() -> tuple[dict[str, list[str]], list[str]]:
    """Licence, release, what for and why of each line, as the page has them now."""
    reasons: dict[str, list[str]] = {}
    problems: list[str] = []
    path = ROOT / PAGE
    for line in path.read_text().splitlines() if path.exists() else []:
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if not line.startswith("| ") or cells[0] == "name":
            continue
        if len(cells) != 5 or not all(cells):  # noqa: PLR2004 - the page has five columns
            problems.append(f"{PAGE}: a line needs five filled columns: {line}")
        elif cells[0] in reasons:
            problems.append(f"{PAGE}: {cells[0]} has two lines")
        else:
            reasons[cells[0]] = cells[1:]
    return reasons, problems


def _locked() -> dict[str, str]:
    """Version and day of release of everything in the lock file."""
    found: dict[str, str] = {}
    for block in (ROOT / "uv.lock").read_text().split("[[package]]"):
        name, version = (
            re.search(r'^name = "(.+)"', block, re.MULTILINE),
            re.search(r'^version = "(.+)"', block, re.MULTILINE),
        )
        if name and version:
            days = UPLOADED.findall(block)
            found[normalised(name.group(1))] = f"{version.group(1)} ({max(days)})" if days else version.group(1)
    return found


def licence_of(name: str) -> str | None:
    """From the installed metadata; nothing when it is not installed."""
    try:
        metadata = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return None
    classifiers = [each for each in metadata.get_all("Classifier") or [] if each.startswith("License ::")]
    stated = next((metadata[key] for key in ("License-Expression", "License") if key in metadata), "")
    first = stated.strip().splitlines()[0] if stated.strip() else ""
    if first and len(first) <= LONGEST_LICENCE_NAME:
        return first
    return ", ".join(each.rsplit(" :: ", 1)[-1] for each in classifiers) or first or None


def copyleft() -> list[str]:
    """Installed distributions under a licence that we do not take."""
    names = (str(found.metadata["Name"]) for found in importlib.metadata.distributions())
    return refused((name, licence_of(name) or "") for name in names)


def refused(licences: Iterable[tuple[str, str]]) -> list[str]:
    return sorted(f"{name} is under {licence}" for name, licence in licences if COPYLEFT.search(licence))
