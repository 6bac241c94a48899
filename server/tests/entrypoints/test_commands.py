"""The other commands, as processes: what they print, and how they refuse."""

from pathlib import Path

import pytest

from healthpartner.core.db.pool import Database
from tests.support.running import command


def values_of(output: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in output.splitlines())


@pytest.mark.parametrize(
    ("arguments", "environment", "named"),
    [
        ("run", {"HP_PORT": "abc"}, ["HP_PORT"]),
        ("api", {"HP_PORT": "99999", "HP_LOG_LEVEL": "loud"}, ["HP_PORT"]),
        ("api", {"HP_ENVIRONMENT": "production"}, ["HP_MASTER_KEYS", "HP_DATABASE_URL", "HP_PUBLIC_URL"]),
        ("migrate", {"HP_DATABASE_URL": "postgresql://nobody:secret-word@127.0.0.1:1/none"}, ["HP_DATABASE_URL"]),
    ],
)
def test_a_wrong_configuration_is_told_in_one_line(
    arguments: str, environment: dict[str, str], named: list[str], tmp_path: Path
) -> None:
    ended = command(tmp_path, arguments, **environment)

    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    last = ended.stderr.splitlines()[-1]
    assert last.startswith("healthpartner: ")
    assert all(name in last for name in named)
    assert "secret-word" not in ended.stderr


def test_a_master_key_that_is_none_is_told_without_quoting_it(quiet_database: Database, tmp_path: Path) -> None:
    ended = command(tmp_path, "api", HP_DATABASE_URL=quiet_database.url, HP_MASTER_KEYS="too-short")

    assert ended.returncode == 1
    assert "HP_MASTER_KEYS" in ended.stderr.splitlines()[-1]
    assert "too-short" not in ended.stderr + ended.stdout


def test_organizations_and_keys_are_made_and_shown_once(quiet_database: Database, tmp_path: Path) -> None:
    url = quiet_database.url
    made = command(tmp_path, "create-org", "Initech", HP_DATABASE_URL=url)
    assert made.returncode == 0, made.stderr
    shown = values_of(made.stdout)
    assert shown["tenant_key"].startswith("hp_sandbox_")
    assert shown["signing_secret"].startswith("whsec_")

    key = command(tmp_path, "create-key", shown["org_id"], HP_DATABASE_URL=url)
    assert key.returncode == 0, key.stderr
    assert values_of(key.stdout)["tenant_key"] != shown["tenant_key"]
    assert shown["signing_secret"] not in made.stderr

    taken = command(tmp_path, "create-org", "Initech", HP_DATABASE_URL=url)
    assert taken.returncode == 1
    assert taken.stderr.splitlines()[-1].startswith("healthpartner: ")
    assert "Traceback" not in taken.stderr


def test_somebody_is_invited_to_the_console(quiet_database: Database, tmp_path: Path) -> None:
    url = quiet_database.url
    org_id = values_of(command(tmp_path, "create-org", "Initech", HP_DATABASE_URL=url).stdout)["org_id"]

    first = command(tmp_path, "create-invite", org_id, "dora@example.org", HP_DATABASE_URL=url)
    again = command(
        tmp_path,
        "create-invite",
        org_id,
        "dora@example.org",
        "--scope",
        "viewer",
        HP_DATABASE_URL=url,
        HP_PUBLIC_URL="https://health.example",
    )

    assert first.returncode == 0, first.stderr
    assert values_of(first.stdout)["invite_url"].startswith("http://localhost:")
    assert again.returncode == 0, again.stderr
    assert values_of(again.stdout)["invite_url"].startswith("https://health.example/console/invites/hp_invite_")
    for wrong in ([org_id, "dora"], ["00000000-0000-7000-8000-000000000000", "dora@example.org"]):
        refused = command(tmp_path, "create-invite", *wrong, HP_DATABASE_URL=url)
        assert refused.returncode == 1
        assert refused.stderr.splitlines()[-1].startswith("healthpartner: ")
        assert "Traceback" not in refused.stderr


def test_a_key_for_an_organization_that_does_not_exist_is_refused(quiet_database: Database, tmp_path: Path) -> None:
    nowhere = "00000000-0000-7000-8000-000000000000"
    refused = command(tmp_path, "create-key", nowhere, HP_DATABASE_URL=quiet_database.url)

    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr


def test_the_token_key_is_rotated_and_the_schema_brought_up(quiet_database: Database, tmp_path: Path) -> None:
    url = quiet_database.url
    assert command(tmp_path, "migrate", HP_DATABASE_URL=url).returncode == 0

    first = values_of(command(tmp_path, "rotate-token-key", HP_DATABASE_URL=url).stdout)
    second = values_of(command(tmp_path, "rotate-token-key", HP_DATABASE_URL=url).stdout)

    assert first["kid"] != second["kid"]


def test_an_order_of_sources_is_set_for_an_organization_that_exists(quiet_database: Database, tmp_path: Path) -> None:
    url = quiet_database.url
    org_id = values_of(command(tmp_path, "create-org", "Initech", HP_DATABASE_URL=url).stdout)["org_id"]

    chosen = command(tmp_path, "prefer-sources", org_id, "garmin", "phone", "--metric", "steps", HP_DATABASE_URL=url)
    assert (chosen.returncode, chosen.stdout) == (0, "steps: garmin, phone\n"), chosen.stderr

    for wrong in ([org_id, "garmin", "--metric", "charisma"], ["00000000-0000-7000-8000-000000000000", "garmin"]):
        refused = command(tmp_path, "prefer-sources", *wrong, HP_DATABASE_URL=url)
        assert refused.returncode == 1
        assert refused.stderr.splitlines()[-1].startswith("healthpartner: ")


def test_an_organizations_measurements_go_to_parquet_and_back(quiet_database: Database, tmp_path: Path) -> None:
    url, folder = quiet_database.url, tmp_path / "parquet"
    made = values_of(command(tmp_path, "create-org", "Hooli", HP_DATABASE_URL=url).stdout)
    folder.mkdir()

    written = command(tmp_path, "export-parquet", made["org_id"], str(folder), HP_DATABASE_URL=url)
    restored = command(tmp_path, "restore-parquet", made["org_id"], str(folder), HP_DATABASE_URL=url)

    assert (written.returncode, restored.returncode) == (0, 0), written.stderr + restored.stderr
    assert values_of(restored.stdout) == {"parts": "0"}


def test_retention_is_rehearsed_set_shown_and_followed(quiet_database: Database, tmp_path: Path) -> None:
    url = quiet_database.url
    org_id = values_of(command(tmp_path, "create-org", "Initech", HP_DATABASE_URL=url).stdout)["org_id"]
    ages = ("--thin-after", "90", "--span", "five_minute", "--delete-after", "400")

    rehearsed = command(tmp_path, "retention", "set", org_id, *ages, "--dry-run", HP_DATABASE_URL=url)
    assert values_of(rehearsed.stdout) == {"members": "0", "failed": "0"}, rehearsed.stderr
    assert values_of(command(tmp_path, "retention", "show", org_id, HP_DATABASE_URL=url).stdout) == {"span": "one_hour"}

    command(tmp_path, "retention", "set", org_id, *ages, HP_DATABASE_URL=url)
    shown = command(tmp_path, "retention", "show", org_id, HP_DATABASE_URL=url).stdout
    assert shown == "thin_after_days=90 span=five_minute delete_after_days=400\n"
    followed = command(tmp_path, "retention", "run", org_id, HP_DATABASE_URL=url)
    assert values_of(followed.stdout) == {"members": "0", "failed": "0"}

    refused = command(tmp_path, "retention", "set", org_id, "--thin-after", "3", HP_DATABASE_URL=url)
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr


def test_packs_are_opened_for_going_back(quiet_database: Database, tmp_path: Path) -> None:
    opened = command(tmp_path, "open-packs", HP_DATABASE_URL=quiet_database.url)

    assert (opened.returncode, values_of(opened.stdout)) == (0, {"members": "0"}), opened.stderr
