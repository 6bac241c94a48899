"""What changed and what will: the repository's changelog, and the declared lifecycle as Markdown."""

import re
from collections.abc import Callable
from typing import Any

from healthpartner.core.lifecycle import (
    LIFECYCLE,
    MAINTENANCE_MONTHS,
    NOTICE_MONTHS,
    SUNSET_MONTHS,
    Deprecation,
    Lifecycle,
)
from healthpartner.portal import sources
from healthpartner.portal.tables import table

RELEASE = re.compile(r"^## \[(.+?)\]", re.MULTILINE)
NOTHING = "Nothing is deprecated.\n"


def changelog() -> str:
    """The entries, without the file's own title and preface."""
    text = sources.changelog()
    return RELEASE.sub(r"## \1", text[text.index("## ") :]).rstrip() + "\n"


def versions(lifecycle: Lifecycle = LIFECYCLE) -> str:
    ending = {each.name: each for each in lifecycle.deprecations if each.kind == "version"}
    rows = []
    for version in lifecycle.versions:
        end = ending.get(version.name)
        rows.append(
            [
                f"`{version.name}`",
                version.released.isoformat(),
                f"deprecated, announced {end.announced}" if end else "current",
                end.sunset.isoformat() if end else "not before 18 months after its successor is announced",
            ]
        )
    return table(["Version", "Released", "State", "Sunset"], rows)


def periods() -> str:
    rows = [
        [
            "Deprecation takes effect",
            f"{NOTICE_MONTHS} months",
            "It works as before. New work should use what replaces it.",
        ],
        ["Maintenance ends", f"{MAINTENANCE_MONTHS} months", "Until here it gets security and critical fixes."],
        ["Sunset", f"{SUNSET_MONTHS} months", "From here on it may be gone."],
    ]
    return table(["What", "After the announcement", "Meaning"], rows)


def deprecations(lifecycle: Lifecycle = LIFECYCLE) -> str:
    """A section for each; its heading is the anchor that the `Link` header leads to."""
    return "\n".join(_section(each) for each in lifecycle.deprecations) or NOTHING


def _section(each: Deprecation) -> str:
    rows = [
        [str(each.announced), "announced"],
        [str(each.effective), "deprecation takes effect"],
        [str(each.maintained_until), "maintenance ends"],
        [str(each.sunset), "sunset"],
    ]
    return f"### {each.id}\n\nThe {each.kind} `{each.name}`. {each.instead}\n\n{table(['Date', 'What happens'], rows)}"


def coming_changes(lifecycle: Lifecycle = LIFECYCLE) -> str:
    """For the changelog: what was announced, newest first."""
    announced = sorted(lifecycle.deprecations, key=lambda each: each.announced, reverse=True)
    rows = [
        [str(each.announced), f"[{each.id}](versioning.md#{each.id})", f"{each.kind} `{each.name}`", str(each.sunset)]
        for each in announced
    ]
    return table(["Announced", "Deprecation", "Of", "Sunset"], rows) if rows else NOTHING


PARTS: dict[str, Callable[..., Any]] = {
    "changelog": changelog,
    "versions": versions,
    "periods": periods,
    "deprecations": deprecations,
    "coming_changes": coming_changes,
}
