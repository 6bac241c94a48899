"""The partners' own ids behave as one dictionary, however they are kept."""

from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from healthpartner.canonical.sample_ids import sample_id
from healthpartner.domains.metrics.items import remembering, store
from healthpartner.domains.metrics.items.entry_ids import EntryIds
from healthpartner.domains.metrics.items.identity import client_keys
from healthpartner.domains.metrics.samples import service as samples
from tests.conftest import MakeOrg
from tests.support.database import Tenant

KIND = "timeseries"
# Neighbours in few neighbourhoods, and ids that are alone.
client_ids = st.one_of(
    st.integers(0, 2100).map(lambda n: f"hr-{n}"),
    st.integers(0, 9).map(lambda n: f"alone {n}"),
    st.sampled_from(["hr-12\0", "hr-\x00\x00\x00", "hr-", "54af-9c2f123"]),
)
entries = st.integers(0, 30).map(lambda n: str(sample_id(1 + n % 2, 7, 60_000 * n - 900_000)))
calls = st.dictionaries(client_ids, entries, min_size=1, max_size=25)
steps = st.lists(st.one_of(calls, st.sets(entries, max_size=4)), min_size=1, max_size=8)


async def remember(tenant: Tenant, member: UUID, call: dict[str, str], kind: str = KIND) -> dict[str, str]:
    async with tenant.uow(member) as uow:
        await samples.claim(uow, None, [""])
        known = await remembering.remember(uow, kind, list(call), EntryIds.told(list(call.values())))
        await uow.commit()
    return known


async def forget(tenant: Tenant, member: UUID, *entry_ids: str) -> None:
    async with tenant.uow(member) as uow:
        await samples.claim(uow, None, [""])
        await remembering.forget(uow, [UUID(entry_id) for entry_id in entry_ids])
        await uow.commit()


async def known(tenant: Tenant, member: UUID, client_id: str, kind: str = KIND) -> UUID | None:
    async with tenant.uow(member) as uow:
        return await remembering.known(uow, kind, client_id)


async def kept_by_the_release_before(tenant: Tenant, member: UUID, call: dict[str, str]) -> None:
    """A row for each id, whatever it looks like, and a source that says nothing about it."""
    async with tenant.uow(member) as uow:
        await samples.claim(uow, None, [""])
        await uow.execute("UPDATE sample_source SET ids_kept_singly = DEFAULT WHERE user_id = $1", member)
        await store.remember_single(uow, client_keys(uow.org_id, KIND, call), list(call.values()))
        await uow.commit()


async def check(tenant: Tenant, member: UUID, plain: dict[str, str], asked: set[str]) -> None:
    for client_id in asked:
        expected = plain.get(client_id)
        assert await known(tenant, member, client_id) == (None if expected is None else UUID(expected)), client_id


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.one_of(st.just({}), calls), steps=steps)
async def test_any_sequence_is_that_of_a_dictionary(
    make_org: MakeOrg, before: dict[str, str], steps: list[dict[str, str] | set[str]]
) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    plain = dict(before)
    if before:
        await kept_by_the_release_before(tenant, member, before)

    for step in steps:
        if isinstance(step, dict):
            assert await remember(tenant, member, step) == {key: plain[key] for key in step if key in plain}
            plain = step | plain
        else:
            await forget(tenant, member, *step)
            plain = {key: entry for key, entry in plain.items() if entry not in step}

    asked = set(before).union(*(step for step in steps if isinstance(step, dict)))
    await check(tenant, member, plain, asked | {"hr-99999", "nobody"})


async def test_members_and_kinds_have_ids_of_their_own(make_org: MakeOrg) -> None:
    tenant = await make_org()
    alice, bob = await tenant.add_member(), await tenant.add_member()
    call = {"hr-123": str(sample_id(1, 7, 0)), "alone": str(sample_id(1, 7, 1))}
    await remember(tenant, alice, call)

    assert await remember(tenant, bob, call) == {}
    assert await remember(tenant, alice, call, "body/summary") == {}
    assert await remember(tenant, alice, call) == call
    assert await known(tenant, alice, "hr-123", "activity/summary") is None


async def test_a_thousand_that_count_are_few_rows(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await tenant.add_member()

    for first in (1000, 2000):
        call = {f"hr-{n}": str(sample_id(1, 7, 60_000 * n)) for n in range(first, first + 1000)}
        assert await remember(tenant, member, call) == {}

    async with tenant.uow(member) as uow:
        rows = await uow.fetchval("SELECT count(*) FROM sample_client_id WHERE user_id = $1", member)
    assert rows < 20


async def test_a_neighbourhood_that_is_empty_is_gone(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    entry = str(sample_id(1, 7, 0))
    await remember(tenant, member, {"hr-123": entry, "hr-456": entry, "alone": entry})

    await forget(tenant, member, entry)

    async with tenant.uow(member) as uow:
        assert await uow.fetchval("SELECT count(*) FROM sample_client_id WHERE user_id = $1", member) == 0
