import gzip
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from healthpartner.portal import sources
from healthpartner.portal.operations import address_in_reference, operations
from healthpartner.portal.site import File, site
from healthpartner.web.portal import BASE

ROOT = Path(__file__).parents[3]
KILOBYTE = 1024
LARGEST_PAGE_KB = 200
VOID = {"meta", "link", "input", "br", "hr", "path", "rect", "circle", "img", "col", "wbr"}


class Page(HTMLParser):
    """What a page links to, loads and names, and whether its tags close in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []
        self.faults: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.links.append(given["href"])
        if tag == "script" or (tag == "link" and given.get("rel") in {"stylesheet", "icon"}):
            self.loaded.append(given.get("src") or given.get("href", ""))
        if tag == "style" or "style" in given or any(name.startswith("on") for name in given):
            self.faults.append(f"{tag} has inline style or script")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")


def pages(files: dict[str, File]) -> Iterator[tuple[str, Page]]:
    for path, file in files.items():
        if path.endswith(".html"):
            yield BASE + path.removesuffix("index.html"), Page(file.body.decode())


def exists(files: dict[str, File], address: str) -> bool:
    path = urlsplit(address).path.removeprefix(BASE)
    return path in files or f"{path.rstrip('/')}/index.html".lstrip("/") in files


def test_no_link_leads_nowhere(files: dict[str, File]) -> None:
    known = dict(pages(files))
    fragments = {url: set(page.ids) for url, page in known.items()}
    # The interactive reference makes its own, of the operations; a browser test follows one of them.
    fragments[f"{BASE}reference/"] |= {address_in_reference(each).lstrip("#") for _, _, each in operations()}
    dead = []
    for url, page in known.items():
        for link in page.links:
            target = urljoin(url, link)
            if link.startswith("https://"):
                continue
            parts = urlsplit(target)
            ok = exists(files, target) and (not parts.fragment or parts.fragment in fragments[parts.path])
            if not ok:
                dead.append(f"{url} -> {link}")
    assert dead == []


def test_no_link_of_a_markdown_twin_leads_nowhere(files: dict[str, File]) -> None:
    link = re.compile(r"(?<!!)\]\(([^)\s]+)\)")
    code = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
    dead = [
        f"{path} -> {target}"
        for path, file in files.items()
        if path.endswith((".md", "llms.txt"))
        for target in link.findall(code.sub("", file.body.decode()))
        if not target.startswith("https://") and not exists(files, urljoin(BASE + path, target))
    ]
    assert dead == []


def test_every_page_is_well_formed_and_names_nothing_twice(files: dict[str, File]) -> None:
    faults = {
        url: [*page.faults, *page.open, *{each for each in page.ids if page.ids.count(each) > 1}]
        for url, page in pages(files)
    }
    assert {url: found for url, found in faults.items() if found} == {}


def test_every_page_has_a_markdown_twin_and_is_in_llms_txt(files: dict[str, File]) -> None:
    llms = files["llms.txt"].body.decode()
    for url, _ in pages(files):
        twin = (url.removeprefix(BASE).strip("/") or "introduction") + ".md"
        assert twin in files
        assert f"({BASE}{twin})" in llms


def test_a_page_loads_less_than_200_kb_before_interaction(files: dict[str, File]) -> None:
    for url, page in pages(files):
        if url.endswith("/reference/"):
            continue
        own = files[f"{url.removeprefix(BASE)}index.html"]
        loaded = [files[urlsplit(each).path.removeprefix(BASE)] for each in page.loaded]
        size = sum(len(file.body) for file in [own, *loaded])
        assert size < LARGEST_PAGE_KB * KILOBYTE, url


def test_nothing_is_loaded_from_elsewhere(files: dict[str, File]) -> None:
    for url, page in pages(files):
        assert all(each.startswith(BASE) for each in page.loaded), url
    for path, file in files.items():
        if path.endswith(".css"):
            assert b"@import" not in file.body
            assert b"url(" not in file.body


def test_the_search_index_knows_every_section(files: dict[str, File]) -> None:
    index = json.loads(files["assets/search.json"].body)
    titles = {(entry["page"], entry["title"]) for entry in index}
    assert ("Errors", "Catalogue") in titles
    assert ("Event catalogue", "device.daily_data.updated") in titles
    assert len(gzip.compress(files["assets/search.json"].body)) < 100 * KILOBYTE
    for entry in index:
        assert exists(files, entry["url"])


@pytest.mark.parametrize("name", ["errors", "routes", "event-catalogue"])
def test_generated_pages_hold_all_that_the_contracts_hold(files: dict[str, File], name: str) -> None:
    page = files[f"{name}.md"].body.decode()
    expected = {
        "errors": [error["code"] for error in sources.contract("errors.json")["errors"]],
        "routes": list(sources.contract("openapi.json")["paths"]),
        "event-catalogue": [schema["title"] for schema, _ in sources.events()],
    }[name]
    assert expected
    assert [each for each in expected if each not in page] == []


def test_what_is_vendored_is_what_its_page_says() -> None:
    folder = sources.PORTAL / "vendor" / "scalar"
    digest = hashlib.sha256((folder / "standalone.js").read_bytes()).hexdigest()
    assert digest in (folder / "README.md").read_text()
    assert "MIT License" in (folder / "LICENSE").read_text()


def test_only_the_reference_loads_what_is_vendored(files: dict[str, File]) -> None:
    loading = [url for url, page in pages(files) if any("scalar.js" in each for each in page.loaded)]
    assert loading == [f"{BASE}reference/"]


def test_a_production_deployment_offers_no_requests() -> None:
    assert b'data-try="off"' in site(BASE, try_it=False)["reference/index.html"].body
    assert b'data-try="on"' in site(BASE)["reference/index.html"].body


def test_the_site_can_be_written_for_any_path(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "tools.portal", "--base", "/guide", tmp_path], cwd=ROOT, check=True)
    front = (tmp_path / "index.html").read_text()
    assert 'href="/guide/getting-started/"' in front
    assert "/docs/" not in front
