"""Operations on members."""

from tests.support.api import Member, Partner


async def test_registering_requires_a_tenant_key(alice: Member) -> None:
    assert (await alice.client.post("/v1/users", json={})).status_code == 401
    wrong_kind = await alice.client.post("/v1/users", json={}, headers={"authorization": f"Bearer {alice.token}"})

    assert wrong_kind.status_code == 401


async def test_a_member_is_registered_and_read_back(acme: Partner) -> None:
    made = await acme.post("/v1/users", json={"external_id": "a-1", "first_name": "Ada", "last_name": "Lovelace"})
    assert made.status_code == 201
    member = await acme.member(made.json()["data"]["user_id"])

    read = await member.get("")

    assert read.status_code == 200
    assert read.json()["data"]["profile"]["name"] == "Ada Lovelace"


async def test_the_same_external_id_answers_the_same_member(acme: Partner) -> None:
    first = await acme.post("/v1/users", json={"external_id": "same"})
    second = await acme.post("/v1/users", json={"external_id": "same"})

    assert second.status_code == 201
    assert first.json() == second.json()


async def test_the_same_user_id_again_is_a_conflict(acme: Partner, alice: Member) -> None:
    again = await acme.post("/v1/users", json={"user_id": str(alice.user_id)})

    assert again.status_code == 409
    assert again.json()["error"]["code"] == "conflict"


async def test_every_wrong_field_is_named(acme: Partner) -> None:
    refused = await acme.post("/v1/users", json={"user_id": "x", "email": 7, "external_id": "", "first_name": ["a"]})

    assert refused.status_code == 422
    error = refused.json()["error"]
    assert error["code"] == "validation_error"
    assert {detail["field"] for detail in error["details"]} == {"user_id", "email", "external_id", "first_name"}


async def test_a_token_of_another_member_is_forbidden(alice: Member, bob: Member, charlie: Member) -> None:
    for stranger in (bob, charlie):
        answer = await alice.client.get(alice.path, headers={"authorization": f"Bearer {stranger.token}"})
        assert answer.status_code == 403


async def test_a_profile_changes_in_any_subset(alice: Member) -> None:
    changed = await alice.patch("", json={"timezone": "Europe/Berlin", "weight": 71.5, "weight_unit": "kg"})
    cleared = await alice.patch("", json={"weight": None})

    assert (changed.status_code, cleared.status_code) == (204, 204)
    profile = (await alice.get("")).json()["data"]["profile"]
    assert profile["timezone"] == "Europe/Berlin"
    assert profile["weight"] is None
    assert profile["name"] == "Alice Liddell"


async def test_a_health_profile_is_one_call(alice: Member) -> None:
    answer = await alice.get("/health-profile")

    assert answer.status_code == 200
    body = answer.json()["data"]
    assert body["privacy"] == {"conversation_recording_opt_in": False}
    assert body["connected_devices"] == []
    again = await alice.get("/health-profile", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
