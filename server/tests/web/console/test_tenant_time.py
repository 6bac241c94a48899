"""A sandbox tenant that is ahead of everybody: invites expire by its time, people sign in by their own."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from healthpartner.core.clock import SettableClock, TenantClocks
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from tests.support.api import Api, Partner, make_platform, open_api
from tests.support.console import invite_link, joined, person


@pytest.fixture
async def api(database: Database, clock: SettableClock, keyring: Keyring, tmp_path: Path) -> AsyncIterator[Api]:
    opened = open_api(await make_platform(database, TenantClocks(clock), keyring, tmp_path))  # type: ignore[arg-type]
    async with opened.client:
        yield opened


async def advance(partner: Partner, by: timedelta) -> None:
    answer = await partner.post("/v1/sandbox/clock/advance", json={"seconds": int(by.total_seconds())})
    assert answer.status_code == 200, answer.text


async def test_people_stay_signed_in_and_sign_in_while_their_tenant_travels(
    acme: Partner, clock: SettableClock
) -> None:
    somebody = await joined(acme)

    await advance(acme, timedelta(days=3))
    assert (await somebody.get("/console/keys")).status_code == 200

    await somebody.post("/console/sign-out")
    clock.advance(timedelta(minutes=1))
    assert (await somebody.sign_in()).status_code == 303


async def test_an_invite_expires_by_its_tenants_time(acme: Partner) -> None:
    link = await invite_link(acme)
    await advance(acme, timedelta(days=6))
    assert (await person(acme.api).get(link)).status_code == 200
    await advance(acme, timedelta(days=1))
    assert (await person(acme.api).get(link)).status_code == 404
