"""Writes `contracts/` and the generated part of the Python SDK from the code, or checks that it is current and breaks no client.

python -m tools.contracts            write
python -m tools.contracts --check    compare with what is committed, and with the version before
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from healthpartner.core.config.http import HttpSettings
from healthpartner.web.app import create_litestar
from tools import error_catalogue, event_schemas
from tools.compatibility import breaking_changes
from tools.generated import ROOT, as_json, say, stale, write
from tools.sdk import files as sdk
from tools.source_modules import import_everything

OPENAPI = Path("contracts/openapi.json")
ERRORS = Path("contracts/errors.json")

NOT_YET = f"""{OPENAPI} has not been written yet, so nothing is promised and nothing is compared.
Run `make contracts` and commit contracts/ to begin."""

# Where a document was wrong about what the server has always answered, or silent about what it has always taken: mending
# the document breaks nobody.
CORRECTIONS = frozenset(
    f"{operation}: answer {status}.data: can now also be object"
    for operation, status in (
        ("GET /v1/admin/org/queues/{queue_name}", 200),
        ("PUT /v1/admin/org/queues/{queue_name}", 200),
        ("POST /v1/admin/org/queues/{queue_name}", 201),
    )
) | frozenset(
    f"POST /v1/users/{{user_id}}/metrics/{metric}: body.data: {found}"
    for metric, most in (
        ("activity/summary", 500),
        ("body/summary", 500),
        ("sleep/summary", 500),
        ("workouts/summary", 500),
        ("{metric}/timeseries", 1000),
    )
    for found in ("no longer takes any", f"maxItems is now {most}")
)


def generated() -> dict[Path, str]:
    """Every generated contract, by path."""
    import_everything()
    document = as_json(json.loads(create_litestar(HttpSettings()).state.openapi_json))
    events = event_schemas.files()
    return {
        OPENAPI: document,
        ERRORS: as_json(error_catalogue.catalogue()),
        **events,
        **sdk.files(document, events),
    }


def surplus(files: dict[Path, str]) -> set[Path]:
    """Committed event files that no event makes any more."""
    present = {path.relative_to(ROOT) for path in (ROOT / event_schemas.FOLDER).glob("*.json")}
    return present - files.keys()


def _git(*arguments: str) -> str | None:
    """What git prints, or nothing where there is no repository or no such thing."""
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603, S607 - fixed arguments
    return done.stdout if done.returncode == 0 else None


def previous_document(current: str) -> dict[str, Any] | None:
    """The newest committed version that differs from `current`."""
    for commit in (_git("log", "--format=%H", "--", str(OPENAPI)) or "").split():
        text = _git("show", f"{commit}:{OPENAPI}")
        if text and text != current:
            document: dict[str, Any] = json.loads(text)
            return document
    return None


def is_promised() -> bool:
    """Whether a version was ever written down; from then on a missing file is a mistake."""
    return (ROOT / OPENAPI).exists() or bool(_git("log", "-1", "--format=%H", "--", str(OPENAPI)))


def broken(current: str) -> list[str]:
    """What the current document breaks; a new major version may."""
    before, now = previous_document(current), json.loads(current)
    if before is None or _major(before) != _major(now):
        return []
    return [change for change in breaking_changes(before, now) if change not in CORRECTIONS]


def _major(document: dict[str, Any]) -> str:
    return str(document["info"]["version"]).split(".", maxsplit=1)[0]


def check() -> int:
    """0 when `contracts/` is current and additive."""
    files = generated()
    if not is_promised():
        say(NOT_YET)
        return 0
    problems = stale(files, surplus(files))
    if problems:
        say("\n".join([*problems, "Run `make contracts` and commit the result."]))
    breaks = broken(files[OPENAPI])
    if breaks:
        say("\n".join(["These changes break clients of the version before:", *(f"  {each}" for each in breaks)]))
    return 1 if problems or breaks else 0


def main(arguments: list[str]) -> int:
    """The exit code."""
    if arguments == ["--check"]:
        return check()
    files = generated()
    write(files, surplus(files))
    say(f"Wrote {len(files)} files.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
