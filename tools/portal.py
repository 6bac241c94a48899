"""Writes the developer portal as a static site.

python -m tools.portal [--base /docs/] FOLDER
"""

import argparse
import sys
from pathlib import Path

from healthpartner.portal.site import site
from tools.generated import say


def main(arguments: list[str]) -> int:
    """The exit code. `base` is the path that the site will be served at; it begins and ends with a slash."""
    parser = argparse.ArgumentParser(prog="tools.portal", description=__doc__)
    parser.add_argument("--base", default="/docs/")
    parser.add_argument("folder", type=Path)
    given = parser.parse_args(arguments)
    base = f"/{given.base.strip('/')}/".replace("//", "/")
    files = site(base)
    for path, file in files.items():
        target = given.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.body)
    say(f"Wrote {len(files)} files below {given.folder}, to be served at {base}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
