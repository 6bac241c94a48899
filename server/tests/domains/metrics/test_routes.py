"""The catalogue of metrics."""

from healthpartner.canonical.metrics import METRICS
from tests.support.api import Api, Member, Partner


async def test_the_catalogue_requires_a_credential(api: Api) -> None:
    assert (await api.client.get("/v1/metrics")).status_code == 401


async def test_the_catalogue_lists_every_metric_to_both_kinds_of_caller(acme: Partner, alice: Member) -> None:
    as_partner = await acme.get("/v1/metrics")
    as_member = await alice.client.get("/v1/metrics", headers={"authorization": f"Bearer {alice.token}"})

    assert as_partner.status_code == as_member.status_code == 200
    assert as_partner.json() == as_member.json()
    rows = {row["slug"]: row for row in as_partner.json()["data"]}
    assert rows.keys() == METRICS.keys()
    glucose = rows["glucose"]
    assert (glucose["unit"], glucose["aggregation"], glucose["domain"]) == ("mg/dL", "mean", "vitals")
    assert (glucose["minimum"], glucose["maximum"]) == (10, 1000)
    assert {"mg/dL", "mmol/L"} <= set(glucose["accepted_units"])
    assert rows["blood_pressure"]["components"] == ["systolic", "diastolic"]


async def test_a_current_copy_of_the_catalogue_is_not_sent_again(acme: Partner) -> None:
    first = await acme.get("/v1/metrics")

    again = await acme.get("/v1/metrics", headers={"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
