"""Operations on the caller's own organisation."""

from tests.support.api import Member, Partner


async def test_the_organisation_needs_a_tenant_key(alice: Member) -> None:
    for headers in ({}, {"authorization": f"Bearer {alice.token}"}):
        assert (await alice.client.get("/v1/admin/org", headers=headers)).status_code == 401
        assert (await alice.client.patch("/v1/admin/org", json={"name": "x"}, headers=headers)).status_code == 401


async def test_each_partner_sees_its_own_organisation(acme: Partner, globex: Partner) -> None:
    ours, theirs = await acme.get("/v1/admin/org"), await globex.get("/v1/admin/org")

    assert ours.status_code == 200
    assert ours.json()["data"] == {
        "id": str(acme.org_id),
        "name": "Acme",
        "key": f"acme-{acme.org_id.hex}",
        "member_count": 0,
        "created_at": "2026-03-14T09:00:00Z",
    }
    assert theirs.json()["data"]["id"] == str(globex.org_id)


async def test_the_organisation_is_renamed_and_the_log_says_so(acme: Partner, globex: Partner) -> None:
    renamed = await acme.patch("/v1/admin/org", json={"name": "Acme Health"})

    assert renamed.status_code == 200
    assert renamed.json()["data"]["name"] == "Acme Health"
    assert (await acme.get("/v1/admin/org")).json() == renamed.json()
    assert (await globex.get("/v1/admin/org")).json()["data"]["name"] == "Globex"
    log = (await acme.get("/v1/admin/org/audit-log", params={"action": "org.updated"})).json()
    assert [entry["subject_id"] for entry in log["data"]] == [str(acme.org_id)]


async def test_an_organisation_keeps_its_id_and_key(acme: Partner) -> None:
    refused = await acme.patch("/v1/admin/org", json={"name": "New", "id": str(acme.org_id), "key": None})

    assert refused.status_code == 422
    error = refused.json()["error"]
    assert error["code"] == "immutable_field"
    assert [(detail["field"], detail["code"]) for detail in error["details"]] == [
        ("id", "immutable_field"),
        ("key", "immutable_field"),
    ]
    assert (await acme.get("/v1/admin/org")).json()["data"]["name"] == "Acme"


async def test_a_name_has_1_to_200_characters(acme: Partner) -> None:
    for name, code in (("", "too_short"), ("n" * 201, "too_long"), (None, "invalid_value"), ("   ", "invalid_value")):
        refused = await acme.patch("/v1/admin/org", json={"name": name})

        assert refused.status_code == 422
        assert [(d["field"], d["code"]) for d in refused.json()["error"]["details"]] == [("name", code)]
    assert (await acme.patch("/v1/admin/org", json={"name": "n" * 200})).status_code == 200
