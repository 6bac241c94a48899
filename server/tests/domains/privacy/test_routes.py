"""Operations on consent."""

from tests.support.api import Member


async def test_privacy_settings_need_the_members_own_token(alice: Member, bob: Member, charlie: Member) -> None:
    assert (await alice.client.get(f"{alice.path}/privacy-settings")).status_code == 401
    for stranger in (bob, charlie):
        headers = {"authorization": f"Bearer {stranger.token}"}
        assert (await alice.get("/privacy-settings", headers=headers)).status_code == 403
        change = {"conversation_recording_opt_in": True}
        assert (await alice.patch("/privacy-settings", json=change, headers=headers)).status_code == 403
    assert (await alice.get("/privacy-settings")).json()["data"] == {"conversation_recording_opt_in": False}


async def test_consent_is_off_until_given_and_can_be_taken_back(alice: Member) -> None:
    seen = [(await alice.get("/privacy-settings")).json()["data"]["conversation_recording_opt_in"]]
    for consent in (True, False):
        changed = await alice.patch("/privacy-settings", json={"conversation_recording_opt_in": consent})
        assert (changed.status_code, changed.content) == (204, b"")
        seen.append((await alice.get("/privacy-settings")).json()["data"]["conversation_recording_opt_in"])

    assert seen == [False, True, False]


async def test_consent_is_each_members_own(alice: Member, bob: Member) -> None:
    await alice.patch("/privacy-settings", json={"conversation_recording_opt_in": True})

    assert (await bob.get("/privacy-settings")).json()["data"] == {"conversation_recording_opt_in": False}
    assert (await alice.get("/health-profile")).json()["data"]["privacy"] == {"conversation_recording_opt_in": True}


async def test_consent_is_yes_or_no(alice: Member) -> None:
    for value in (None, "true", 1):
        refused = await alice.patch("/privacy-settings", json={"conversation_recording_opt_in": value})
        assert refused.status_code == 422
        (detail,) = refused.json()["error"]["details"]
        assert (detail["field"], detail["code"]) == ("conversation_recording_opt_in", "invalid_value")


async def test_an_empty_change_changes_nothing(alice: Member) -> None:
    await alice.patch("/privacy-settings", json={"conversation_recording_opt_in": True})

    assert (await alice.patch("/privacy-settings", json={})).status_code == 204
    assert (await alice.get("/privacy-settings")).json()["data"] == {"conversation_recording_opt_in": True}
