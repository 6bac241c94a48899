import json
from pathlib import Path
from typing import ClassVar

import pytest

from healthpartner.core.errors import Conflict, HealthPartnerError, NotFound
from tools import contracts, error_catalogue, event_schemas
from tools.source_modules import import_everything, subclasses


@pytest.fixture(scope="module")
def files() -> dict[Path, str]:
    return contracts.generated()


def test_two_makings_are_the_same_text(files: dict[Path, str]) -> None:
    assert contracts.generated() == files


def test_every_error_of_the_code_is_in_the_catalogue(files: dict[Path, str]) -> None:
    entries = {entry["code"]: entry for entry in json.loads(files[contracts.ERRORS])["errors"]}
    for error in subclasses(HealthPartnerError):
        assert entries[error.code]["status"] == error.status
        assert error_catalogue.message_of(error) in entries[error.code]["messages"]


def test_every_code_of_the_catalogue_is_stated_by_one_class_only() -> None:
    import_everything()
    error_catalogue.check_codes(subclasses(HealthPartnerError))


def test_a_code_stated_twice_is_refused() -> None:
    class Gone(Conflict):
        code: ClassVar[str] = "not_found"
        status: ClassVar[int] = 404

    with pytest.raises(error_catalogue.AmbiguousCode, match="both state not_found"):
        error_catalogue.check_codes([NotFound, Gone])


def test_a_code_with_two_statuses_is_refused() -> None:
    class Elsewhere(NotFound):
        status: ClassVar[int] = 410

    with pytest.raises(error_catalogue.AmbiguousCode, match="not_found is already 404"):
        error_catalogue.check_codes([NotFound, Elsewhere])


def test_every_event_has_a_schema_and_an_example_that_fits_its_envelope(files: dict[Path, str]) -> None:
    for event in event_schemas.declared():
        schema = json.loads(files[event_schemas.FOLDER / f"{event.type}.v1.schema.json"])
        example = json.loads(files[event_schemas.FOLDER / f"{event.type}.v1.example.json"])
        assert set(schema["required"]) <= example.keys() <= schema["properties"].keys()
        assert example["event_type"] == schema["properties"]["event_type"]["const"]


def test_every_event_says_what_happened() -> None:
    assert all(event.__doc__ and event.__doc__.strip() for event in event_schemas.declared())
