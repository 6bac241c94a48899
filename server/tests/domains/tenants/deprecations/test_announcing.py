from datetime import date, timedelta

from healthpartner.core.clock import SettableClock
from healthpartner.core.db.pool import Database
from healthpartner.core.lifecycle import Deprecation, Lifecycle
from healthpartner.domains.tenants.deprecations import jobs as deprecations
from tests.conftest import MakeOrg

TODAY = date(2026, 3, 14)
DECLARED = Lifecycle(
    (),
    (Deprecation(id="get-org", kind="route", name="get_org", announced=TODAY, instead="Use another."),),
)
EVENTS = "SELECT org_id, stream, body FROM event WHERE type = 'api.deprecation.announced' ORDER BY org_id"


async def test_every_organisation_is_told_once(
    quiet_database: Database, clock: SettableClock, make_org: MakeOrg
) -> None:
    acme = await make_org("Acme", database=quiet_database)
    globex = await make_org("Globex", database=quiet_database)
    assert await deprecations.announce(quiet_database, clock, DECLARED) == 2
    assert await deprecations.announce(quiet_database, clock, DECLARED) == 0
    rows = await quiet_database.system.fetch(EVENTS)
    assert {row["org_id"] for row in rows} == {acme.org_id, globex.org_id}
    assert {row["stream"] for row in rows} == {"account"}
    assert all('"sunset_at":"2027-09-14T00:00:00Z"' in row["body"] for row in rows)


async def test_one_that_comes_later_is_told_too(
    quiet_database: Database, clock: SettableClock, make_org: MakeOrg
) -> None:
    await make_org("Acme", database=quiet_database)
    await deprecations.announce(quiet_database, clock, DECLARED)
    await make_org("Globex", database=quiet_database)
    assert await deprecations.announce(quiet_database, clock, DECLARED) == 1


async def test_nobody_is_told_before_the_day(quiet_database: Database, clock: SettableClock, make_org: MakeOrg) -> None:
    await make_org("Acme", database=quiet_database)
    later = Lifecycle(
        (),
        (
            Deprecation(
                id="x", kind="route", name="get_org", announced=TODAY + timedelta(days=1), instead="Use another."
            ),
        ),
    )
    assert await deprecations.announce(quiet_database, clock, later) == 0
