"""What changed, from the repository's changelog."""

from collections.abc import Callable
from typing import Any

from healthpartner.portal import sources


def changelog() -> str:
    """The entries, without the file's own title and preface."""
    text = sources.changelog()
    return text[text.index("## ") :].rstrip() + "\n"


PARTS: dict[str, Callable[..., Any]] = {"changelog": changelog}
