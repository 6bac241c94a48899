"""Daily activity in and out."""

from typing import Any

import pytest

from tests.domains.metrics.activity.cast import PATH, PHONE, RING, TODAY, WATCH, item, put, put_totals, read, send
from tests.support.api import Member, Partner


async def test_it_requires_a_member_token(alice: Member, acme: Partner) -> None:
    for headers in ({}, {"taih-tenant-key": acme.key}):
        assert (await alice.client.get(alice.path + PATH, headers=headers)).status_code == 401
        assert (await alice.client.post(alice.path + PATH, json={"data": []}, headers=headers)).status_code == 401


async def test_nobody_reaches_another_member(alice: Member, bob: Member, charlie: Member) -> None:
    await send(alice, item("a", steps=8000))

    for stranger in (bob, charlie):
        headers = {"authorization": f"Bearer {stranger.token}"}
        assert (await stranger.client.get(alice.path + PATH, headers=headers)).status_code == 403
        sent = await stranger.client.post(alice.path + PATH, json={"data": [item("b", steps=1)]}, headers=headers)
        assert sent.status_code == 403
        assert await read(stranger) == []
    assert [row["steps"] for row in await read(alice)] == [8000]


async def test_a_day_is_stored_and_read_back(alice: Member, acme: Partner) -> None:
    figures: dict[str, Any] = {
        "steps": 8123,
        "distance_meters": 6100.5,
        "active_calories": 410,
        "total_calories": 2310,
        "floors": 12,
        "heart_rate": {"min": 48, "mean": 71.5, "max": 151, "resting": 52},
        "intensity_minutes": {"low": 60, "moderate": 31, "vigorous": 7},
    }

    (result,) = await send(alice, item("a", **figures, timezone_offset="+01:00"))

    assert result["status"] == "accepted"
    (row,) = await read(alice)
    assert row == {
        "sample_id": result["sample_id"],
        "provider": f"partner:acme-{acme.org_id.hex}",
        "date": TODAY,
        "timezone_offset_minutes": 60,
        **figures,
    }


async def test_a_repeat_is_a_duplicate_and_changes_nothing(alice: Member) -> None:
    (first,) = await send(alice, item("a", steps=8000))

    again = await send(alice, item("a", steps=9000), item("b", "2026-03-13", steps=5), item("b", "2026-03-12", steps=6))

    assert [result["status"] for result in again] == ["duplicate", "accepted", "duplicate"]
    assert again[0]["sample_id"] == first["sample_id"]
    assert again[2]["sample_id"] == again[1]["sample_id"]
    assert [(row["date"], row["steps"]) for row in await read(alice)] == [(TODAY, 8000), ("2026-03-13", 5)]


async def test_a_correction_changes_what_it_names_and_keeps_the_rest(alice: Member) -> None:
    await send(alice, item("a", steps=8000, floors=3, heart_rate={"mean": 70, "resting": 50}))

    await send(alice, item("b", steps=7000, heart_rate={"max": 140}))

    (row,) = await read(alice)
    assert (row["steps"], row["floors"]) == (7000, 3)
    assert row["heart_rate"] == {"mean": 70, "max": 140, "resting": 50}


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"date": TODAY, "steps": 1}, "required", "client_id"),
        ({"client_id": "x", "steps": 1}, "required", "date"),
        ({"client_id": "x", "date": "14.3.2026", "steps": 1}, "invalid_value", "date"),
        (item("x", "2026-03-16", steps=1), "out_of_range", "date"),
        (item("x", "1899-12-31", steps=1), "out_of_range", "date"),
        (item("x"), "required", "steps"),
        (item("x", steps=-1), "out_of_range", "steps"),
        (item("x", steps="many"), "invalid_value", "steps"),
        (item("x", heart_rate={"max": 900}), "out_of_range", "heart_rate.max"),
        (item("x", heart_rate={"min": 80, "max": 60}), "invalid_value", "heart_rate"),
        (item("x", intensity_minutes={"low": 2000}), "out_of_range", "intensity_minutes.low"),
        (item("x", steps=1, timezone_offset="+15:00"), "out_of_range", "timezone_offset"),
        (item("x", steps=1, timezone_offset="noon"), "invalid_value", "timezone_offset"),
        (7, "invalid_value", None),
    ],
)
async def test_an_item_that_is_wrong_leaves_the_others_alone(alice: Member, wrong: Any, code: str, field: str) -> None:
    results = await send(alice, item("a", steps=1), wrong, item("b", "2026-03-13", steps=2))

    assert [result["status"] for result in results] == ["accepted", "rejected", "accepted"]
    assert (results[1]["error"]["code"], results[1]["error"]["field"]) == (code, field)
    assert [row["steps"] for row in await read(alice)] == [1, 2]


async def test_more_than_500_items_are_too_many(alice: Member) -> None:
    items = [item(str(n), steps=1) for n in range(501)]

    assert (await alice.post(PATH, json={"data": items})).status_code == 413
    assert (await alice.post(PATH, json={"data": {}})).status_code == 422
    assert await read(alice) == []
    assert {result["status"] for result in await send(alice, *items[:500])} == {"accepted"}


async def test_new_days_are_announced_and_history_is_not(alice: Member, acme: Partner) -> None:
    await send(alice, item("a", steps=1), item("b", "2026-03-13", floors=1, is_backfill=True))
    await send(alice, item("c", "2026-03-12", steps=1), is_backfill=True)
    await send(alice, item("d", steps=1))

    async with acme.tenant.uow() as uow:
        events = await uow.fetch(
            "SELECT body FROM event WHERE org_id = $1 AND type = 'device.daily_data.updated'", acme.org_id
        )
        audited = await uow.fetch(
            "SELECT user_id FROM audit_entry WHERE org_id = $1 AND action = 'activity.ingested'", acme.org_id
        )
    assert len(events) == 1
    assert '"days":["2026-03-14"]' in events[0]["body"]
    assert '"metrics":["steps"]' in events[0]["body"]
    assert [row["user_id"] for row in audited] == [alice.user_id] * 3


async def test_two_devices_make_one_true_day(alice: Member, acme: Partner) -> None:
    await put(acme, alice, WATCH, (480, 30, 3000))
    await put(acme, alice, PHONE, (485, 10, 950), (1080, 20, 2000), (1430, 20, 100))

    rows = await read(alice, end_date="2026-03-15")

    assert [(row["date"], row["steps"], row["provider"], row["sample_id"]) for row in rows] == [
        ("2026-03-15", 50, "apple_health_kit", None),
        (TODAY, 5050, None, None),
    ]
    assert [row["steps"] for row in await read(alice, provider="garmin")] == [3000]
    assert [row["steps"] for row in await read(alice, provider="apple_health_kit")] == [3000]


async def test_a_source_s_own_total_is_never_added_to_samples(alice: Member, acme: Partner) -> None:
    await put(acme, alice, WATCH, (480, 30, 3000))
    await put(acme, alice, WATCH, (480, 0, 60), (481, 0, 80), slug="heart_rate")

    await send(alice, item("a", steps=2500, heart_rate={"mean": 99, "resting": 55}))
    (smaller,) = await read(alice)
    await send(alice, item("b", steps=4100))
    (larger,) = await read(alice)

    assert (smaller["steps"], larger["steps"]) == (3000, 4100)
    assert smaller["heart_rate"] == {"min": 60, "mean": 70, "max": 80, "resting": 55}


async def test_energy_in_all_is_told_or_made_of_active_energy_and_rest(alice: Member, acme: Partner) -> None:
    await put(acme, alice, WATCH, (480, 30, 400), slug="calories")
    await put(acme, alice, WATCH, (0, 1440, 1600), slug="basal_calories")
    assert [(row["active_calories"], row["total_calories"]) for row in await read(alice)] == [(400, 2000)]

    await send(alice, item("a", total_calories=2100))

    assert [row["total_calories"] for row in await read(alice)] == [2100]


@pytest.mark.parametrize("query", [{}, {"type": "total_calories"}])
async def test_energy_in_all_is_explained_by_its_parts(alice: Member, acme: Partner, query: dict[str, str]) -> None:
    await put(acme, alice, WATCH, (480, 30, 400), slug="calories")
    await put(acme, alice, PHONE, (490, 10, 90), slug="calories")
    await put(acme, alice, WATCH, (0, 1440, 1600), slug="basal_calories")
    await put_totals(acme, alice, RING, "total_calories", 1900)

    async def told() -> list[tuple[str, str, float, str]]:
        (row,) = await read(alice, explain=True, **query)
        shares = row["explain"]["total_calories"]
        assert sum(each["counted"] for each in shares) == row["total_calories"]
        return [(each["provider"], each["status"], each["value"], each["reason"]) for each in shares]

    active = "active energy, added to energy at rest: "
    assert await told() == [
        ("garmin", "used", 400, active + "comes first where sources overlap"),
        ("apple_health_kit", "dropped", 90, active + "higher sources have measured the same time"),
        ("garmin", "used", 1600, "energy at rest, added to active energy: the only source with samples of this day"),
        ("oura", "dropped", 1900, "active energy and energy at rest together are more"),
    ]
    await put_totals(acme, alice, RING, "total_calories", 2100)
    not_more = "active energy, which with energy at rest is not more than the total that is told"
    assert await told() == [
        ("oura", "used", 2100, "no source has samples of this day"),
        ("garmin", "dropped", 400, not_more),
        ("apple_health_kit", "dropped", 90, not_more),
        ("garmin", "dropped", 1600, "energy at rest, which with active energy is not more than the total that is told"),
    ]


async def test_active_energy_alone_is_no_energy_in_all(alice: Member, acme: Partner) -> None:
    await put(acme, alice, WATCH, (480, 30, 400), slug="calories")

    (row,) = await read(alice, explain=True)

    assert "total_calories" not in row
    assert set(row["explain"]) == {"active_calories"}


async def test_an_explanation_says_what_became_of_each_source(alice: Member, acme: Partner) -> None:
    await put(acme, alice, WATCH, (480, 30, 3000))
    await put(acme, alice, PHONE, (500, 20, 900), (1080, 20, 2000))
    await send(alice, item("a", steps=100))

    (row,) = await read(alice, explain=True)

    assert row["steps"] == 5450
    shares = {(each["provider"].partition("-")[0], each["kind"]): each for each in row["explain"]["steps"]}
    assert shares["garmin", "samples"] == {
        "provider": "garmin",
        "device": "Fenix",
        "kind": "samples",
        "status": "used",
        "reason": "comes first where sources overlap",
        "value": 3000,
        "counted": 3000,
        "overlapped_share": 0,
        "samples": 1,
    }
    phone = shares["apple_health_kit", "samples"]
    assert (phone["status"], phone["value"], phone["counted"]) == ("partly_used", 2900, 2450)
    assert phone["overlapped_share"] == pytest.approx(450 / 2900, abs=1e-6)
    assert phone["reason"] == "counts where no higher source has measured"
    total = shares["partner:acme", "daily_total"]
    assert (total["status"], total["value"], total["counted"]) == ("dropped", 100, 0)
    assert "explain" not in (await read(alice))[0]


async def test_a_type_shows_one_figure_and_leaves_out_days_without_it(alice: Member) -> None:
    await send(alice, item("a", steps=1, floors=2), item("b", "2026-03-13", floors=3))

    assert await read(alice, type="steps", provider="nobody") == []
    rows = await read(alice, type="steps")
    assert [(row["date"], row["steps"], "floors" in row) for row in rows] == [(TODAY, 1, False)]


async def test_the_window_is_the_last_thirty_days_of_the_member_unless_told(alice: Member) -> None:
    days = ["2026-03-15", TODAY, "2026-02-14", "2026-02-13", "2026-02-12"]
    await send(alice, *(item(day, day, steps=1) for day in days[1:]))

    async def dates(**query: Any) -> list[str]:
        return [row["date"] for row in await read(alice, limit=100, **query)]

    assert await dates() == [TODAY, "2026-02-14", "2026-02-13"]
    assert await dates(start_date="2026-02-14") == [TODAY, "2026-02-14"]
    assert await dates(end_date="2026-02-13") == ["2026-02-13", "2026-02-12"]
    await alice.patch("", json={"timezone": "Pacific/Pago_Pago"})
    assert await dates() == [TODAY, "2026-02-14", "2026-02-13", "2026-02-12"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"start_date": "2026-03-02", "end_date": "2026-03-01"}, "end_date"),
        ({"start_date": "2025-01-01", "end_date": "2026-03-01"}, "start_date"),
        ({"start_date": "2024-01-01"}, "start_date"),
        ({"start_date": "soon"}, "start_date"),
        ({"type": "charisma"}, "type"),
        ({"limit": 101}, "limit"),
        ({"cursor": "x"}, "cursor"),
    ],
)
async def test_a_window_that_makes_no_sense_is_refused(alice: Member, query: dict[str, Any], field: str) -> None:
    refused = await alice.get(PATH, params=query)

    assert refused.status_code == 422
    assert [detail["field"] for detail in refused.json()["error"]["details"]] == [field]


async def test_pages_by_cursor_stay_true_while_days_arrive(alice: Member) -> None:
    await send(alice, *(item(str(day), f"2026-03-{day:02}", steps=day) for day in range(1, 14)))

    seen: list[str] = []
    query: dict[str, Any] = {"limit": 4}
    while True:
        body = (await alice.get(PATH, params=query)).json()
        seen += [row["date"] for row in body["data"]]
        await send(alice, item(f"new-{len(seen)}", TODAY, steps=1))
        if body["pagination"]["next_cursor"] is None:
            break
        query = {"limit": 4, "cursor": body["pagination"]["next_cursor"]}

    assert seen == [f"2026-03-{day:02}" for day in range(13, 0, -1)]
    assert [row["date"] for row in await read(alice, limit=2, offset=1)] == ["2026-03-13", "2026-03-12"]


async def test_a_change_of_the_time_zone_moves_what_has_no_offset(alice: Member, acme: Partner) -> None:
    await put(acme, alice, WATCH, (30, 10, 100), offset=-32768)
    assert [row["date"] for row in await read(alice)] == [TODAY]

    await alice.patch("", json={"timezone": "America/New_York"})

    assert [(row["date"], row["steps"]) for row in await read(alice)] == [("2026-03-13", 100)]
