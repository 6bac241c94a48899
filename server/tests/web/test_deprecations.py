from datetime import date

import pytest

from healthpartner.core import lifecycle
from healthpartner.core.lifecycle import Deprecation, Lifecycle
from tests.support.api import Api, Partner

DEPRECATED = Deprecation(id="get-org", kind="route", name="get_org", announced=date(2026, 3, 1), instead="Use another.")


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "LIFECYCLE", Lifecycle(lifecycle.LIFECYCLE.versions, (DEPRECATED,)))


async def test_every_answer_of_a_deprecated_route_says_so_errors_included(api: Api, acme: Partner) -> None:
    for answer in (await acme.get("/v1/admin/org"), await api.client.get("/v1/admin/org")):
        assert answer.headers["deprecation"] == "@1788220800"
        assert answer.headers["sunset"] == "Wed, 01 Sep 2027 00:00:00 GMT"
        assert answer.headers["link"].startswith('</docs/versioning/#get-org>; rel="deprecation"')


async def test_other_routes_say_nothing(acme: Partner) -> None:
    answer = await acme.get("/v1/admin/org/queues")
    assert answer.status_code == 200
    assert not {"deprecation", "sunset", "link"} & set(answer.headers)
