"""The table of contents: which pages there are, in which groups and order."""

import re
import tomllib

from msgspec import Struct

from healthpartner.portal import sources

TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
INTRODUCTION = "introduction"


class Place(Struct, frozen=True):
    """Where a page stands; `base` ends with a slash."""

    slug: str
    title: str
    group: str
    base: str

    @property
    def url(self) -> str:
        return self.base if self.slug == INTRODUCTION else f"{self.base}{self.slug}/"

    @property
    def markdown_url(self) -> str:
        return f"{self.base}{self.slug}.md"


class Group(Struct, frozen=True):
    title: str
    pages: list[Place]


def groups(base: str) -> list[Group]:
    listed = tomllib.loads((sources.PORTAL / "contents.toml").read_text(encoding="utf-8"))["group"]
    return [
        Group(each["title"], [Place(slug, title_of(slug), each["title"], base) for slug in each["pages"]])
        for each in listed
    ]


def title_of(slug: str) -> str:
    found = TITLE.search(sources.guide(slug))
    if found is None:
        raise ValueError(f"{slug}: a guide begins with its title")
    return found.group(1)
