"""Files that are made from the code: written anew, or compared with what is committed."""

import difflib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SHOWN_LINES = 40


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


def as_json(value: Any) -> str:
    """Sorted and indented, so that two makings of the same thing are the same text."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def write(files: Mapping[Path, str], surplus: set[Path]) -> None:
    """Writes `files` (paths relative to the root) and removes `surplus`."""
    for path, text in files.items():
        target = ROOT / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    for path in surplus:
        (ROOT / path).unlink()


def stale(files: Mapping[Path, str], surplus: set[Path]) -> list[str]:
    """One entry, with the beginning of its diff, for every file that is not what it should be."""
    found = [f"{path} is no longer made from anything" for path in sorted(surplus)]
    for path, text in sorted(files.items()):
        target = ROOT / path
        present = target.read_text() if target.exists() else ""
        if present != text:
            found.append(f"{path} is not current:\n{_difference(present, text)}")
    return found


def _difference(present: str, wanted: str) -> str:
    lines = list(difflib.unified_diff(present.splitlines(), wanted.splitlines(), "committed", "now", lineterm="", n=1))
    cut = [f"… {len(lines) - SHOWN_LINES} more lines"] if len(lines) > SHOWN_LINES else []
    return "\n".join([*lines[:SHOWN_LINES], *cut])
