from datetime import date

from healthpartner.core.lifecycle import Deprecation, Lifecycle, Version
from healthpartner.portal import changes
from healthpartner.portal.site import File

ENDING = Lifecycle(
    (Version("v1", date(2026, 1, 1)), Version("v2", date(2028, 1, 1))),
    (Deprecation(id="v1-ends", kind="version", name="v1", announced=date(2028, 1, 1), instead="Use `v2`."),),
)


def test_the_versioning_page_has_every_date_of_a_deprecation() -> None:
    text = changes.deprecations(ENDING)
    assert "### v1-ends" in text
    for day in ("2028-01-01", "2028-07-01", "2029-01-01", "2029-07-01"):
        assert day in text


def test_a_deprecated_version_is_listed_with_its_sunset() -> None:
    assert "| `v1` | 2026-01-01 | deprecated, announced 2028-01-01 | 2029-07-01 |" in changes.versions(ENDING)


def test_the_changelog_leads_to_the_deprecation() -> None:
    assert "[v1-ends](versioning.md#v1-ends)" in changes.coming_changes(ENDING)


def test_the_pages_name_the_periods_of_the_declaration(files: dict[str, File]) -> None:
    page = files["versioning.md"].body.decode()
    for period in ("6 months", "12 months", "18 months"):
        assert f"| {period} |" in page
