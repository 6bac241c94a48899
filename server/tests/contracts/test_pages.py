import os
from pathlib import Path

import pytest

from healthpartner.core.config.http import HttpSettings
from tools import dependency_page, settings_pages
from tools.generated import stale
from tools.links import broken_links, headings


def test_every_setting_is_on_the_page_and_in_the_example_with_its_default() -> None:
    page, example = settings_pages.configuration_page(), settings_pages.env_example()
    assert "| `HP_PORT` | `8080` | at least 0, at most 65535 | Port to listen on; 0 takes a free one. |" in page
    assert "# HP_PORT=8080\n" in example
    assert "# HP_ENVIRONMENT=sandbox\n" in example


def test_the_variables_on_the_page_are_those_that_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, settings_pages.variable(HttpSettings, "port"), "9191")
    assert HttpSettings().port == 9191


def test_normal_optional_and_development_dependencies_are_all_counted() -> None:
    assert {"litestar", "aiokafka", "pytest", "fastapi"} <= set(dependency_page.direct_dependencies())


@pytest.mark.parametrize("licence", ["GPL-3.0-only", "AGPL-3.0", "LGPLv2+", "GNU Affero General Public License v3"])
def test_a_licence_of_the_gpl_family_is_refused(licence: str) -> None:
    assert dependency_page.refused([("thing", licence), ("other", "MIT")]) == [f"thing is under {licence}"]


@pytest.mark.parametrize("licence", ["MIT", "Apache-2.0 AND MIT", "BSD-3-Clause", "MPL-2.0", ""])
def test_a_permissive_licence_is_taken(licence: str) -> None:
    assert dependency_page.refused([("thing", licence)]) == []


def test_nothing_installed_is_under_a_licence_of_the_gpl_family() -> None:
    assert dependency_page.copyleft() == []


def test_a_link_to_a_missing_file_or_heading_is_told(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# A heading, with `code`\n")
    (tmp_path / "page.md").write_text(
        "[a](there.md) [b](there.md#a-heading-with-code) [c](gone.md) [d](there.md#gone) [e](https://gone.example/)\n"
        "```\n[f](gone-too.md)\n```\n"
    )
    assert broken_links(tmp_path) == ["page.md: gone.md leads nowhere", "page.md: there.md#gone leads nowhere"]


def test_headings_become_fragments() -> None:
    assert headings("# The two commands\n## Add a route\n") == {"the-two-commands", "add-a-route"}


def test_a_stale_file_is_told_with_its_difference() -> None:
    (told,) = stale({Path("gone.txt"): "a line\n"}, set())
    assert told.startswith("gone.txt is not current:")
    assert "+a line" in told
