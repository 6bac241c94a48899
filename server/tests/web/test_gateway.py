"""`org-id` and `x-user-id` count only behind a trusted gateway, and there they can only narrow."""

from pathlib import Path
from uuid import uuid4

import pytest

from healthpartner.core.clock import SettableClock
from healthpartner.core.config import Settings
from healthpartner.core.config.http import HttpSettings
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from tests.support.api import Api, Member, Partner, make_platform, open_api

ORG = "/v1/admin/org"


@pytest.fixture
async def gated(database: Database, clock: SettableClock, keyring: Keyring, tmp_path: Path) -> Api:
    """The API of a deployment that stands behind a gateway."""
    settings = Settings(http=HttpSettings(trusted_gateway=True))
    return open_api(await make_platform(database, clock, keyring, tmp_path, settings=settings))


async def test_without_a_gateway_nobody_chooses_a_tenant_or_member_by_a_header(
    acme: Partner, alice: Member, charlie: Member, globex: Partner
) -> None:
    names = {"org-id": str(globex.org_id), "x-user-id": str(charlie.user_id)}

    assert (await acme.get(ORG, headers=names)).json()["data"]["id"] == str(acme.org_id)
    assert (await alice.get("", headers=names)).json()["data"]["user_id"] == str(alice.user_id)


async def test_a_gateway_is_no_credential(gated: Api) -> None:
    acme = await gated.partner("Acme")
    alice = await acme.add_member()
    names = {"org-id": str(acme.org_id), "x-user-id": str(alice.user_id)}

    assert (await gated.client.get(ORG, headers=names)).status_code == 401
    assert (await gated.client.get(alice.path, headers=names)).status_code == 401


async def test_behind_a_gateway_a_credential_serves_those_that_it_names(gated: Api) -> None:
    acme = await gated.partner("Acme")
    alice = await acme.add_member()
    names = {"org-id": str(acme.org_id).upper(), "x-user-id": str(alice.user_id)}

    assert (await acme.get(ORG, headers=names)).status_code == 200
    assert (await alice.get("", headers=names)).status_code == 200
    assert (await alice.get("")).status_code == 200


@pytest.mark.parametrize("stranger", [str(uuid4()), "", "not-a-uuid"])
async def test_behind_a_gateway_a_credential_of_somebody_else_is_refused(gated: Api, stranger: str) -> None:
    acme = await gated.partner("Acme")
    alice = await acme.add_member()

    for answer in (
        await acme.get(ORG, headers={"org-id": stranger}),
        await alice.get("", headers={"org-id": stranger}),
        await alice.get("", headers={"org-id": str(acme.org_id), "x-user-id": stranger}),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
