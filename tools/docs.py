"""Writes the generated pages, or checks that they are current, that every dependency has its line and that no link is
broken.

    python -m tools.docs            write
    python -m tools.docs --check    compare with what is committed
"""

import sys
from pathlib import Path

from tools import dependency_page, fusion_page, settings_pages
from tools.generated import ROOT, say, stale, write
from tools.links import broken_links


def generated() -> tuple[dict[Path, str], list[str]]:
    """Every generated page, by path, and what only a person can mend."""
    dependencies, problems = dependency_page.page()
    files = {
        Path("docs/configuration.md"): settings_pages.configuration_page(),
        Path(".env.example"): settings_pages.env_example(),
        dependency_page.PAGE: dependencies,
        fusion_page.PAGE: fusion_page.page(),
    }
    return files, problems


def main(arguments: list[str]) -> int:
    """The exit code."""
    files, problems = generated()
    if arguments == ["--check"]:
        problems += stale(files, set())
        advice = "Run `make docs`, mend what is left, and commit the result."
    else:
        if problems:
            # Writing the page now would lose the lines that it cannot place.
            del files[dependency_page.PAGE]
        write(files, set())
        advice = "These are for you to mend."
    problems += broken_links(ROOT)
    if problems:
        say("\n".join([*problems, advice]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
