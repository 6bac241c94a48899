"""Relative links in the repository's pages: each has to lead somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
ELSEWHERE = ("http://", "https://", "mailto:")
NOT_OURS = {".venv", ".data", "node_modules", ".git", ".hypothesis", ".pytest_cache"}


def broken_links(root: Path) -> list[str]:
    """One entry for every link to a file or a heading that does not exist."""
    return [
        f"{page.relative_to(root)}: {target} leads nowhere"
        for page in pages(root)
        for target in LINK.findall(CODE.sub("", page.read_text()))
        if not target.startswith(ELSEWHERE) and not leads_somewhere(page, target)
    ]


def pages(root: Path) -> Iterator[Path]:
    for page in sorted(root.rglob("*.md")):
        if not NOT_OURS.intersection(page.relative_to(root).parts):
            yield page


def leads_somewhere(page: Path, target: str) -> bool:
    path, _, fragment = target.partition("#")
    destination = (page.parent / path) if path else page
    if not destination.exists():
        return False
    return not fragment or destination.suffix != ".md" or fragment in headings(destination.read_text())


def headings(text: str) -> set[str]:
    """The fragments that a page's headings make: lower case, no punctuation, dashes for spaces."""
    titles = re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
