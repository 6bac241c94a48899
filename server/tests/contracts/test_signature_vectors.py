"""The committed vectors, by the code of the page on verification: what it shows is what runs."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.parts.processes import installed

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "verifying-events.md").read_text()
VECTORS: dict[str, Any] = json.loads((ROOT / "contracts" / "signature-vectors.json").read_text())

PRINT_VERDICTS = """
const vectors = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
console.log(JSON.stringify([
  ...vectors.vectors.map((one) => [one.name, verifyEnvelope(one.envelope, one.secrets) !== null]),
  ...vectors.webhooks.map((one) => [one.name, verifyWebhook(one.headers, one.body, one.secrets) !== null]),
]));
"""

NEEDED = {
    "valid": True,
    "tampered_body": False,
    "tampered_time": False,
    "wrong_secret": False,
    "valid_in_grace_for_a_receiver_with_the_current_secret": True,
    "valid_in_grace_for_a_receiver_with_the_previous_secret": True,
    "previous_secret_after_the_grace": False,
    "event_id_mismatch": False,
}
NEEDED_OF_WEBHOOKS = {
    "valid": True,
    "valid_in_grace": True,
    "tampered_body": False,
    "tampered_time": False,
    "tampered_id": False,
    "wrong_secret": False,
    "previous_secret_after_the_grace": False,
}


def code(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found.group(1)


def verdicts() -> list[list[Any]]:
    return [[one["name"], one["valid"]] for one in (*VECTORS["vectors"], *VECTORS["webhooks"])]


@pytest.mark.parametrize(("part", "needed"), [("vectors", NEEDED), ("webhooks", NEEDED_OF_WEBHOOKS)])
def test_the_vectors_cover_every_way_to_be_right_and_to_be_forged(part: str, needed: dict[str, bool]) -> None:
    present = {one["name"]: one["valid"] for one in VECTORS[part]}

    assert needed.items() <= present.items()
    assert len(present) == len(VECTORS[part])


def test_the_python_of_the_page_agrees_with_every_vector(record_property: Callable[[str, object], None]) -> None:
    names: dict[str, Any] = {}
    exec(code("python"), names)  # noqa: S102 - the page's own code

    found = [
        *(
            [one["name"], names["verify_envelope"](one["envelope"], one["secrets"]) is not None]
            for one in VECTORS["vectors"]
        ),
        *(
            [one["name"], names["verify_webhook"](one["headers"], one["body"], one["secrets"]) is not None]
            for one in VECTORS["webhooks"]
        ),
    ]

    assert found == verdicts()
    record_property("vectors", len(found))


def test_the_javascript_of_the_page_agrees_with_every_vector(record_property: Callable[[str, object], None]) -> None:
    done = subprocess.run(
        [installed("node"), "-e", code("javascript") + PRINT_VERDICTS],
        input=json.dumps(VECTORS),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    found = json.loads(done.stdout)
    assert found == verdicts()
    record_property("vectors", len(found))
