"""The whole site as files in memory: pages, their Markdown twins, assets, search index, and what machines read."""

import hashlib
import json
import re
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from msgspec import Struct

from healthpartner.portal import changes, generated, markdown, samples, search, sources
from healthpartner.portal.contents import INTRODUCTION, Place, groups

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
# Scalar sets its styles from its script. Scripts and connections stay as strict as on every other page.
REFERENCE_POLICY = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
REFERENCE = "reference"
TYPES = {
    "css": "text/css",
    "html": "text/html",
    "js": "text/javascript",
    "json": "application/json",
    "md": "text/markdown",
    "svg": "image/svg+xml",
    "txt": "text/plain",
}
MAIN_LINKS = ("getting-started", "routes", "reference", "changelog")
FIRST_PARAGRAPH = re.compile(r"\A# .+?\n\n(.+?)(?:\n\n|\Z)", re.DOTALL)


class File(Struct, frozen=True):
    body: bytes
    media_type: str
    policy: str = POLICY
    immutable: bool = False


class Builder:
    def __init__(self, base: str, *, try_it: bool) -> None:
        self.base = base
        self.groups = groups(base)
        self.places = [place for group in self.groups for place in group.pages]
        self.files: dict[str, File] = {}
        self._hashes: dict[str, str] = {}
        self._text = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)  # noqa: S701 - it makes Markdown
        self._text.globals.update(generated.PARTS, samples=samples.fences, **changes.PARTS)
        self._html = Environment(
            undefined=StrictUndefined, autoescape=True, loader=FileSystemLoader(sources.PORTAL / "templates")
        )
        self._html.globals.update(
            asset=self.asset_url,
            try_it=try_it,
            home=base,
            navigation=self.groups,
            main_links=[self._place(slug) for slug in MAIN_LINKS if slug in {place.slug for place in self.places}],
            llms_url=f"{base}llms.txt",
            openapi_url=f"{base}openapi.json",
        )

    def _place(self, slug: str) -> Place:
        found = next((place for place in self.places if place.slug == slug), None)
        if found is None:
            raise ValueError(f"there is no page {slug}")
        return found

    def asset_url(self, name: str) -> str:
        """With a version, so that it may be kept for ever."""
        return f"{self.base}assets/{name}?v={self._hashes[name]}"

    def add_asset(self, name: str, body: bytes) -> None:
        self._hashes[name] = hashlib.sha256(body).hexdigest()[:12]
        self.add(f"assets/{name}", body, immutable=True)

    def add(self, path: str, body: bytes | str, *, policy: str = POLICY, immutable: bool = False) -> None:
        encoded = body.encode() if isinstance(body, str) else body
        self.files[path] = File(encoded, TYPES[path.rsplit(".", 1)[-1]], policy, immutable)

    def build(self) -> dict[str, File]:
        for path in sorted((sources.PORTAL / "assets").glob("*.*")):
            self.add_asset(path.name, path.read_bytes())
        self.add_asset("scalar.js", (sources.PORTAL / "vendor" / "scalar" / "standalone.js").read_bytes())
        texts = {place.slug: self._text.from_string(sources.guide(place.slug)).render() for place in self.places}
        rendered = {slug: markdown.render(text, lambda slug: self._place(slug).url) for slug, text in texts.items()}
        index = [entry for place in self.places for entry in search.entries(place, rendered[place.slug])]
        self.add_asset("search.json", json.dumps(index, ensure_ascii=False, separators=(",", ":")).encode())
        for place in self.places:
            self.add(f"{place.slug}.md", texts[place.slug])
            self._add_page(place, texts[place.slug], rendered[place.slug])
        self._add_machine_readable(texts)
        return self.files

    def _add_page(self, place: Place, text: str, rendered: markdown.Rendered) -> None:
        at = self.places.index(place)
        page = {
            "title": place.title,
            "description": description_of(text),
            "group": place.group,
            "url": place.url,
            "markdown_url": place.markdown_url,
            "html": Markup(rendered.html),  # noqa: S704 - made from our own guides
            "contents": [heading for heading in rendered.headings if heading.level in {2, 3}],
            "previous": self.places[at - 1] if at else None,
            "next": self.places[at + 1] if at + 1 < len(self.places) else None,
            "policy": REFERENCE_POLICY if place.slug == REFERENCE else POLICY,
        }
        path = "index.html" if place.slug == INTRODUCTION else f"{place.slug}/index.html"
        template = self._html.get_template("reference.html" if place.slug == REFERENCE else "page.html")
        self.add(path, template.render(page=page), policy=str(page["policy"]))

    def _add_machine_readable(self, texts: dict[str, str]) -> None:
        self.add("openapi.json", as_json(sources.contract("openapi.json")))
        for schema, example in sources.events():
            self.add(f"events/{schema['title']}.v1.schema.json", as_json(schema))
            self.add(f"events/{schema['title']}.v1.example.json", as_json(example))
        self.add("llms.txt", self._llms(texts))

    def _llms(self, texts: dict[str, str]) -> str:
        lines = ["# Health Partner", "", f"> {description_of(texts[INTRODUCTION])}", ""]
        for group in self.groups:
            lines += [f"## {group.title}", ""]
            lines += [
                f"- [{place.title}]({place.markdown_url}): {description_of(texts[place.slug])}" for place in group.pages
            ]
            lines.append("")
        lines += ["## Machine-readable", "", f"- [OpenAPI document]({self.base}openapi.json)", ""]
        return "\n".join(lines)


def description_of(text: str) -> str:
    """The first paragraph, without marks."""
    found = FIRST_PARAGRAPH.match(text)
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", found.group(1) if found else "")
    return " ".join(plain.replace("`", "").replace("**", "").split())


def as_json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


@cache
def site(base: str, *, try_it: bool = True) -> dict[str, File]:
    """Every file by its path below `base`, made once in a process. `try_it`: let visitors send requests."""
    return Builder(base, try_it=try_it).build()
