"""Signing secrets: made, rotated with a grace period, never stored in the clear."""

import base64
from datetime import timedelta

import pytest

from healthpartner.core.clock import SettableClock
from healthpartner.core.encryption import Keyring
from healthpartner.core.errors import ValidationFailed
from healthpartner.domains.tenants.signing import service
from healthpartner.events.signing import TimedSecret, parse_secret
from tests.conftest import MakeOrg
from tests.support.database import Tenant

OWN = bytes(range(100, 140))


async def active(tenant: Tenant, keyring: Keyring) -> list[bytes]:
    async with tenant.uow() as uow:
        return await service.active_secrets(uow, keyring)


async def rotate(tenant: Tenant, keyring: Keyring, grace: int, given: bytes | None = None) -> str | None:
    async with tenant.uow() as uow:
        rotation = await service.rotate(uow, keyring, grace, given)
        await uow.commit()
    return rotation.new_signing_secret


@pytest.fixture
async def tenant(make_org: MakeOrg) -> Tenant:
    return await make_org()


@pytest.fixture
async def first(tenant: Tenant, keyring: Keyring) -> bytes:
    async with tenant.uow() as uow:
        text = await service.create_first(uow, keyring)
        await uow.commit()
    return parse_secret(text)


async def test_both_secrets_are_active_until_the_grace_is_over(
    tenant: Tenant, first: bytes, keyring: Keyring, clock: SettableClock
) -> None:
    second = parse_secret(await rotate(tenant, keyring, 60) or "")

    assert await active(tenant, keyring) == [second, first]
    clock.advance(timedelta(seconds=60))
    assert await active(tenant, keyring) == [second]


async def test_without_grace_the_old_secret_ends_at_once(tenant: Tenant, first: bytes, keyring: Keyring) -> None:
    second = parse_secret(await rotate(tenant, keyring, 0) or "")

    assert await active(tenant, keyring) == [second]
    assert second != first


async def test_a_rotation_during_a_grace_keeps_what_was_promised_to_the_oldest(
    tenant: Tenant, first: bytes, keyring: Keyring, clock: SettableClock
) -> None:
    second = parse_secret(await rotate(tenant, keyring, 60) or "")
    third = parse_secret(await rotate(tenant, keyring, 600) or "")

    assert await active(tenant, keyring) == [third, second, first]
    clock.advance(timedelta(seconds=60))
    assert await active(tenant, keyring) == [third, second]


async def test_a_secret_that_the_partner_brings_is_not_shown_again(
    tenant: Tenant, first: bytes, keyring: Keyring
) -> None:
    assert await rotate(tenant, keyring, 60, OWN) is None
    assert await active(tenant, keyring) == [OWN, first]


@pytest.mark.usefixtures("first")
async def test_secrets_are_stored_encrypted_for_their_organisation_only(
    tenant: Tenant, make_org: MakeOrg, keyring: Keyring
) -> None:
    other = await make_org("Globex")
    await rotate(tenant, keyring, 0, OWN)
    async with tenant.uow() as uow:
        rows = await uow.read("SELECT ciphertext FROM signing_secret")

    assert rows
    assert all(OWN not in row["ciphertext"] for row in rows)
    assert await active(other, keyring) == []


async def test_what_cannot_be_decrypted_is_left_out_for_the_workers(
    tenant: Tenant, first: bytes, keyring: Keyring, clock: SettableClock
) -> None:
    system, org_ids = tenant.database.system, [tenant.org_id]

    assert await service.active_secrets_of(system, keyring, org_ids, clock.now()) == {
        tenant.org_id: [TimedSecret(first, None)]
    }
    stranger = Keyring([bytes(32)])
    assert await service.active_secrets_of(system, stranger, org_ids, clock.now()) == {tenant.org_id: []}


def test_a_given_secret_is_base64_or_hex_of_at_least_32_bytes() -> None:
    assert service.parse_given(OWN.hex()) == service.parse_given(base64.b64encode(OWN).decode()) == OWN
    for wrong in ("short", "!" * 60, OWN[:31].hex()):
        with pytest.raises(ValidationFailed) as refusal:
            service.parse_given(wrong)
        assert wrong not in str(refusal.value.details)
