"""What another tenant has can neither be read nor told from what does not exist, over every operation."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.support.api import Api, Member, Partner
from tests.support.operations import Operation, operations

OPERATIONS = operations()
ON_A_RESOURCE = [operation for operation in OPERATIONS if operation.kinds and operation.resource_parameters]
READS = [operation for operation in OPERATIONS if operation.kinds and operation.method == "GET"]
LEFT_ALONE = {"delete_user", "rotate_tenant_key", "advance_clock"}
WRITES = [
    operation
    for operation in OPERATIONS
    if operation.kinds and operation.method != "GET" and operation.name not in LEFT_ALONE
]
WORD = "acmes own words"
IDS_OF_A_COLUMN = 3
TABLES = """
SELECT table_name, array_agg(column_name::text) AS columns FROM information_schema.columns
WHERE table_schema = 'public' AND data_type = 'uuid' AND column_name <> 'org_id'
AND table_name IN (SELECT table_name FROM information_schema.columns WHERE column_name = 'org_id' AND table_schema = 'public')
GROUP BY table_name
"""
NOTHING: Mapping[str, object] = MappingProxyType({})
CHANGING = {"x-request-id", "date", "ratelimit", "ratelimit-policy"}


def credentials(operation: Operation, partner: Partner, member: Member) -> dict[str, str]:
    if "tenant_key" in operation.kinds:
        return {"taih-tenant-key": partner.key}
    return {"authorization": f"Bearer {member.token}"}


async def ask(
    api: Api,
    operation: Operation,
    partner: Partner,
    member: Member,
    word: str = "a word",
    resources: Mapping[str, object] = NOTHING,
) -> httpx.Response:
    return await api.client.request(
        operation.method,
        operation.address(member.user_id, **resources),
        headers=credentials(operation, partner, member),
        **operation.request(word),
    )


async def fill(api: Api, partner: Partner, member: Member, word: str = WORD) -> None:
    """Makes of everything that can be made in one call; refusals do not matter here."""
    measured = {"client_id": word, "start": "2026-03-14T08:00:00Z", "value": 4711, "unit": "count"}
    await member.post("/metrics/steps/timeseries", json={"data": [measured]})
    for operation in WRITES:
        if operation.method != "DELETE":
            answer = await ask(api, operation, partner, member, word)
            assert answer.status_code < 500, (operation.name, answer.text)


async def ids_of(api: Api, org_id: UUID) -> dict[str, list[UUID]]:
    """Ids that the database holds for the tenant, by table and column."""
    found = {}
    system = api.platform.database.system
    for table in await system.fetch(TABLES):
        for column in table["columns"]:
            query = f"SELECT DISTINCT {column} AS id FROM {table['table_name']} WHERE org_id = $1 AND {column} IS NOT NULL LIMIT {IDS_OF_A_COLUMN}"
            found[f"{table['table_name']}.{column}"] = [row["id"] for row in await system.fetch(query, org_id)]
    return found


def essence(answer: httpx.Response) -> Any:
    """What a caller could tell two answers apart by."""
    body = re.sub(r'"request_id":"[^"]*"', '"request_id":""', answer.text)
    headers = {name: value for name, value in answer.headers.items() if name not in CHANGING}
    return answer.status_code, body, headers


async def test_what_another_has_answers_exactly_as_what_does_not_exist(
    api: Api, acme: Partner, alice: Member, bob: Member, globex: Partner, charlie: Member
) -> None:
    await fill(api, acme, alice)
    theirs = {value for values in (await ids_of(api, acme.org_id)).values() for value in values}
    told_apart = []
    for operation in ON_A_RESOURCE:
        for parameter in filter(operation.takes_uuid, operation.resource_parameters):
            for partner, member in ((globex, charlie), (acme, bob)):
                if partner is acme and "tenant_key" in operation.kinds:
                    continue
                missing = essence(await ask(api, operation, partner, member, resources={parameter: uuid4()}))
                if missing[0] < 400:
                    told_apart.append((operation.name, "answers what does not exist", missing[0]))
                for foreign in theirs - {bob.user_id}:
                    answer = essence(await ask(api, operation, partner, member, resources={parameter: foreign}))
                    if answer != missing:
                        told_apart.append((operation.name, missing, answer))

    assert theirs >= {alice.user_id}
    assert told_apart == []


async def test_nothing_of_another_tenant_is_ever_read(
    api: Api, acme: Partner, alice: Member, globex: Partner, charlie: Member
) -> None:
    await fill(api, acme, alice)
    await fill(api, globex, charlie, "another's words")
    ids = await ids_of(api, acme.org_id)
    shared = {value for values in (await ids_of(api, globex.org_id)).values() for value in values}
    theirs = {str(value) for values in ids.values() for value in values if value not in shared}

    own = "".join([(await ask(api, operation, acme, alice)).text for operation in READS])
    foreign = "".join([(await ask(api, operation, globex, charlie)).text for operation in READS])

    assert str(alice.user_id) in own
    assert WORD in own
    assert WORD not in foreign
    assert not [value for value in theirs if value in foreign]
