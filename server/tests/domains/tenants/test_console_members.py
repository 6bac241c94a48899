"""Operations on console members."""

from uuid import UUID, uuid4

from tests.support.api import Member, Partner


async def add(partner: Partner, email: str) -> UUID:
    member_id = uuid4()
    async with partner.tenant.uow() as uow:
        await uow.execute(
            "INSERT INTO console_member (org_id, member_id, email, name, scope, created_at) "
            "VALUES ($1, $2, $3, 'Dora', 'developer', $4)",
            partner.org_id,
            member_id,
            email,
            uow.now(),
        )
        await uow.commit()
    return member_id


async def test_console_members_need_a_tenant_key(alice: Member) -> None:
    for headers in ({}, {"authorization": f"Bearer {alice.token}"}):
        assert (await alice.client.get("/v1/admin/org/members", headers=headers)).status_code == 401
        gone = await alice.client.delete(f"/v1/admin/org/members/{uuid4()}", headers=headers)
        assert gone.status_code == 401


async def test_members_are_listed_and_counted(acme: Partner) -> None:
    dora = await add(acme, "dora@example.org")

    listed = (await acme.get("/v1/admin/org/members")).json()

    assert listed == {
        "data": [
            {
                "id": str(dora),
                "email": "dora@example.org",
                "name": "Dora",
                "scope": "developer",
                "created_at": "2026-03-14T09:00:00Z",
            }
        ],
        "pagination": {"limit": 25, "offset": 0, "total": 1, "next_cursor": None},
    }
    assert (await acme.get("/v1/admin/org")).json()["data"]["member_count"] == 1


async def test_another_partners_member_is_not_there(acme: Partner, globex: Partner) -> None:
    dora = await add(globex, "dora@example.org")

    assert (await acme.get("/v1/admin/org/members")).json()["data"] == []
    assert (await acme.delete(f"/v1/admin/org/members/{dora}")).status_code == 404
    assert (await globex.get("/v1/admin/org/members")).json()["pagination"]["total"] == 1


async def test_a_member_is_removed_once(acme: Partner) -> None:
    dora = await add(acme, "dora@example.org")

    first = await acme.delete(f"/v1/admin/org/members/{dora}")
    second = await acme.delete(f"/v1/admin/org/members/{dora}")

    assert (first.status_code, second.status_code) == (204, 404)
    log = (await acme.get("/v1/admin/org/audit-log", params={"action": "console_member.removed"})).json()
    assert [entry["subject_id"] for entry in log["data"]] == [str(dora)]


async def test_a_cursor_walks_every_member_once(acme: Partner) -> None:
    added = {str(await add(acme, f"m{number}@example.org")) for number in range(5)}

    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (
            await acme.get("/v1/admin/org/members", params={"limit": 2, **({"cursor": cursor} if cursor else {})})
        ).json()
        seen += [row["id"] for row in page["data"]]
        cursor = page["pagination"]["next_cursor"]

    assert len(seen) == 5
    assert set(seen) == added
