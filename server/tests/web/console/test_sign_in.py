"""Joining, signing in and out, and everything that must not let anyone in."""

import asyncio
from datetime import timedelta

from healthpartner.core.clock import SettableClock
from tests.support.api import Api, Partner
from tests.support.console import PASSWORD, Person, hidden_fields, invite_link, joined, person, text_of


async def audited(partner: Partner) -> list[str]:
    entries = (await partner.get("/v1/admin/org/audit-log?limit=100")).json()["data"]
    return [entry["action"] for entry in entries]


async def test_without_a_session_every_page_leads_to_the_sign_in(api: Api) -> None:
    nobody = person(api)
    answer = await nobody.get("/console/keys")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in?next=/console/keys")


async def test_an_invite_lets_its_holder_in_once(acme: Partner) -> None:
    link = await invite_link(acme)
    first, second = person(acme.api), person(acme.api)

    answer = await first.accept(link)
    again = await second.accept(link)

    assert answer.status_code == 200
    assert len(first.codes) == 10
    assert "Acme" in text_of(await first.get("/console"))
    assert again.status_code == 404
    assert (await second.get("/console")).status_code == 303
    assert {"invite.accepted", "console_member.joined", "console_session.started"} <= set(await audited(acme))


async def test_of_two_who_accept_at_once_one_is_in(acme: Partner) -> None:
    link = await invite_link(acme)
    both = [person(acme.api), person(acme.api)]

    answers = await asyncio.gather(*(one.accept(link) for one in both))

    assert sorted(answer.status_code for answer in answers) == [200, 404]


async def test_links_that_are_expired_revoked_or_made_up_answer_alike(acme: Partner, clock: SettableClock) -> None:
    visitor = person(acme.api)
    revoked = await invite_link(acme, "revoked@example.org")
    expired = await invite_link(acme, "expired@example.org")
    for invite in (await acme.get("/v1/admin/org/invites")).json()["data"]:
        if invite["email"] == "revoked@example.org":
            await acme.delete(f"/v1/admin/org/invites/{invite['id']}")
    clock.advance(timedelta(days=7))

    answers = [await visitor.get(link) for link in (revoked, expired, expired[:-1] + "x", f"{expired[:40]}")]
    answers += [await visitor.get("/console/invites/x"), await visitor.get(f"/console/invites/{'x' * 5000}")]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1


async def test_a_password_that_is_easy_to_guess_is_refused_and_the_invite_stays_good(acme: Partner) -> None:
    link = await invite_link(acme)
    dora = person(acme.api)
    path = f"{link.removeprefix('http://api.test')}/password"
    for weak in ("short", "aaaaaaaaaaaaaaaa", "dora-dora-dora-1"):
        fields = hidden_fields(await dora.get(path))
        given = {**fields, "name": "Dora", "password": weak, "code": "000000"}
        answer = await dora.client.post(path, data=given, headers={"sec-fetch-site": "same-origin"})
        assert answer.status_code == 422
        assert weak not in answer.text
    assert (await dora.accept(link)).status_code == 200


async def test_password_and_code_let_in_and_the_session_is_a_new_one(admin: Person, clock: SettableClock) -> None:
    before = admin.client.cookies["hp_session"]
    await admin.post("/console/sign-out")
    clock.advance(timedelta(minutes=1))

    answer = await admin.sign_in(next="/console/keys")

    assert (answer.status_code, answer.headers["location"]) == (303, "/console/keys")
    assert admin.client.cookies["hp_session"] != before
    assert (await admin.get("/console")).status_code == 200


async def test_the_cookie_cannot_be_read_by_scripts_nor_sent_from_elsewhere(
    admin: Person, clock: SettableClock
) -> None:
    await admin.post("/console/sign-out")
    clock.advance(timedelta(minutes=1))
    cookie = (await admin.sign_in()).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie


async def test_a_session_from_elsewhere_is_never_adopted(acme: Partner, clock: SettableClock) -> None:
    somebody = await joined(acme)
    await somebody.post("/console/sign-out")
    clock.advance(timedelta(minutes=1))
    somebody.client.cookies.set("hp_session", "planted-by-an-attacker", domain="api.test")

    await somebody.sign_in()

    values = [cookie.value for cookie in somebody.client.cookies.jar if cookie.name == "hp_session"]
    assert any(value and value != "planted-by-an-attacker" for value in values)
    thief = person(acme.api)
    thief.client.cookies.set("hp_session", "planted-by-an-attacker", domain="api.test")
    assert (await thief.get("/console")).status_code == 303


async def test_wrong_email_password_and_code_answer_alike(acme: Partner, clock: SettableClock) -> None:
    somebody = await joined(acme)
    await somebody.post("/console/sign-out")
    clock.advance(timedelta(minutes=10))
    right = somebody.email
    refused = [
        await somebody.sign_in(password="wrong horse battery staple"),
        await somebody.sign_in(code="000000"),
        await somebody.sign_in(organization="another-org"),
    ]
    somebody.email = "nobody@example.org"
    refused.append(await somebody.sign_in())

    assert [answer.status_code for answer in refused] == [401] * 4
    plain = {answer.text.replace(right, "").replace("nobody@example.org", "") for answer in refused}
    said = {text_of(answer) for answer in refused if "More than one" in answer.text}
    assert len(said) == 1, plain
    assert "console_sign_in.refused_password" in await audited(acme)


async def test_a_code_is_good_once(acme: Partner, clock: SettableClock) -> None:
    somebody = await joined(acme)
    used = somebody.code()
    await somebody.post("/console/sign-out")
    assert (await somebody.sign_in(code=used)).status_code == 401

    clock.advance(timedelta(seconds=30))
    assert (await somebody.sign_in()).status_code == 303
    await somebody.post("/console/sign-out")
    assert (await somebody.sign_in()).status_code == 401


async def test_codes_of_neighbouring_clocks_are_taken_and_older_ones_are_not(
    acme: Partner, clock: SettableClock
) -> None:
    somebody = await joined(acme)
    for ahead, status in ((-2, 401), (2, 401), (1, 303)):
        await somebody.post("/console/sign-out")
        clock.advance(timedelta(minutes=5))
        assert (await somebody.sign_in(code=somebody.code(ahead))).status_code == status


async def test_a_recovery_code_replaces_the_app_once(acme: Partner, clock: SettableClock) -> None:
    somebody = await joined(acme)
    await somebody.post("/console/sign-out")
    assert (await somebody.sign_in(code=somebody.codes[3].upper())).status_code == 303
    await somebody.post("/console/sign-out")
    assert (await somebody.sign_in(code=somebody.codes[3])).status_code == 401
    clock.advance(timedelta(minutes=5))
    assert (await somebody.sign_in(code=somebody.codes[4])).status_code == 303


async def test_new_recovery_codes_void_the_old_ones(admin: Person) -> None:
    await admin.post("/console/account/recovery-codes")
    await admin.post("/console/sign-out")
    assert (await admin.sign_in(code=admin.codes[0])).status_code == 401


async def test_guessing_is_slowed_down_per_account_from_wherever_it_comes(acme: Partner, clock: SettableClock) -> None:
    somebody = await joined(acme)
    await somebody.post("/console/sign-out")
    clock.advance(timedelta(minutes=10))
    guessers = [person(acme.api) for number in range(6)]
    answers = []
    for guesser in guessers:
        guesser.email, guesser.secret = somebody.email, somebody.secret
        answers.append(await guesser.sign_in(code="000000"))

    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert (await somebody.sign_in()).status_code == 429
    clock.advance(timedelta(minutes=2))
    assert (await somebody.sign_in()).status_code == 303


async def test_guessing_is_slowed_down_per_address_and_for_accounts_that_do_not_exist(api: Api) -> None:
    guesser = person(api)
    codes = []
    for number in range(31):
        guesser.email = f"nobody-{number}@example.org"
        codes.append((await guesser.sign_in(code="000000")).status_code)
    assert codes == [401] * 30 + [429]


async def test_a_stolen_session_is_dead_after_the_sign_out(acme: Partner) -> None:
    somebody = await joined(acme)
    thief = person(acme.api)
    thief.client.cookies.set("hp_session", somebody.client.cookies["hp_session"], domain="api.test")
    assert (await thief.get("/console")).status_code == 200

    await somebody.post("/console/sign-out")

    assert (await thief.get("/console")).status_code == 303


async def test_sessions_end_by_idling_and_by_age(acme: Partner, clock: SettableClock) -> None:
    idle = await joined(acme, email="idle@example.org")
    clock.advance(timedelta(minutes=59))
    assert (await idle.get("/console")).status_code == 200
    clock.advance(timedelta(minutes=61))
    assert (await idle.get("/console")).status_code == 303

    busy = await joined(acme, email="busy@example.org")
    for _ in range(23):
        clock.advance(timedelta(minutes=31))
        assert (await busy.get("/console")).status_code == 200
    clock.advance(timedelta(minutes=31))
    assert (await busy.get("/console")).status_code == 303


async def test_other_sessions_are_listed_and_can_be_ended(acme: Partner, clock: SettableClock) -> None:
    here = await joined(acme)
    there = person(acme.api)
    there.email, there.secret = here.email, here.secret
    clock.advance(timedelta(seconds=60))
    assert (await there.sign_in()).status_code == 303
    assert text_of(await here.get("/console/account")).count("password") >= 2

    await here.post("/console/account/sessions/end-others")

    assert (await there.get("/console")).status_code == 303
    assert (await here.get("/console")).status_code == 200


async def test_nobody_ends_the_session_of_another(admin: Person, stranger: Person, acme: Partner) -> None:
    async with acme.tenant.uow() as uow:
        session_id = await uow.fetchval("SELECT session_id FROM console_session")
    assert (await stranger.post(f"/console/account/sessions/{session_id}/end")).status_code == 404
    assert (await admin.get("/console")).status_code == 200


async def test_who_is_removed_is_out_at_once(acme: Partner, admin: Person) -> None:
    viewer = await joined(acme, "viewer")
    listed = (await acme.get("/v1/admin/org/members")).json()["data"]
    (member_id,) = [one["id"] for one in listed if one["scope"] == "viewer"]
    assert (await viewer.get("/console")).status_code == 200

    answer = await admin.post(f"/console/team/{member_id}/remove")

    assert answer.headers["location"] == "/console/team?notice=member_removed"
    assert (await viewer.get("/console")).status_code == 303
    assert (await viewer.sign_in(code=viewer.codes[0])).status_code == 401


async def test_nobody_removes_themselves(acme: Partner, admin: Person) -> None:
    (me,) = (await acme.get("/v1/admin/org/members")).json()["data"]
    assert (await admin.post(f"/console/team/{me['id']}/remove")).status_code == 409
    assert (await admin.get("/console")).status_code == 200


async def test_whoever_is_in_several_organizations_names_one(
    acme: Partner, globex: Partner, clock: SettableClock
) -> None:
    here = await joined(acme, email="both@example.org")
    there = await joined(globex, email="both@example.org")
    for somebody in (here, there):
        await somebody.post("/console/sign-out")
    clock.advance(timedelta(minutes=5))
    org = (await globex.get("/v1/admin/org")).json()["data"]

    assert (await there.sign_in()).status_code == 401
    clock.advance(timedelta(minutes=5))
    assert (await there.sign_in(organization=org["key"])).status_code == 303
    assert "Globex" in text_of(await there.get("/console"))


async def test_secrets_are_kept_as_digests_or_sealed(acme: Partner, admin: Person) -> None:
    async with acme.tenant.uow() as uow:
        kept = [
            row["row"]
            for table in ("console_password", "console_recovery_code", "console_session")
            for row in await uow.fetch(f"SELECT {table}::text AS row FROM {table}")
        ]
    text = "\n".join(kept)
    assert "$argon2id$" in text
    secrets = [PASSWORD, admin.secret, admin.codes[0], admin.client.cookies["hp_session"]]
    assert not [value for value in secrets if value in text or value.encode().hex() in text]
