"""The API is killed around the commit of a request, again and again: what was committed is told once, the rest is undone."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from healthpartner.core.clock import SettableClock
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from tests.faults.killable_api import AFTER, BEFORE, MASTER_KEY
from tests.support.api import Member, make_platform, open_api
from tests.support.delivery import make_post

LANES = 2
KILLS_PER_LANE = 102
# Of the requests that die before their commit, so many are given up.
GIVEN_UP_EVERY = 4
FIRST_DAY = date(2020, 1, 1)
SERVER = Path(__file__).resolve().parents[2]


@asynccontextmanager
async def running_api(url: str, files: Path) -> AsyncIterator[str]:
    """The base URL of an API process that is replaced whenever it dies."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.killable_api", url, str(files), cwd=SERVER, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(await process.stdout.readline())}"
    finally:
        process.terminate()
        await process.wait()


def day(number: int) -> str:
    return (FIRST_DAY + timedelta(days=number)).isoformat()


class Client:
    """Sends samples of one day a request, with an `Idempotency-Key` each."""

    def __init__(self, member: Member, http: httpx.AsyncClient) -> None:
        self._member, self._http = member, http

    async def send(self, number: int, request_id: str) -> httpx.Response:
        item = {"client_id": f"sample-{number}", "start": f"{day(number)}T12:00:00Z", "value": 60, "unit": "bpm"}
        return await self._http.post(
            f"{self._member.path}/metrics/heart_rate/timeseries",
            json={"data": [item]},
            headers={
                "authorization": f"Bearer {self._member.token}",
                "idempotency-key": f"key-{number}",
                "x-request-id": request_id,
                "connection": "close",
            },
        )

    async def is_killed(self, number: int, when: str) -> None:
        with pytest.raises(httpx.TransportError):
            await self.send(number, f"{when}-{number}")

    async def retry(self, number: int) -> httpx.Response:
        """Until PostgreSQL has noticed that the process which held the key is gone."""
        while True:
            answer = await self.send(number, f"retry-{number}")
            if answer.status_code != 409:
                return answer


async def told_days(database: Database) -> list[str]:
    """The day of every event that is recorded."""
    rows = await database.system.fetch("SELECT body FROM event WHERE type = 'device.daily_data.updated'")
    return [one for row in rows for one in msgspec.json.decode(row["body"])["data"]["days"]]


async def kill_and_retry(client: Client, database: Database, numbers: range) -> set[str]:
    """Answers the days whose requests were given up."""
    given_up = set()
    for number in numbers:
        if number % 2:
            await client.is_killed(number, AFTER)
            assert (await told_days(database)).count(day(number)) == 1
            answer = await client.retry(number)
            assert answer.headers.get("idempotency-replayed") == "true"
        else:
            await client.is_killed(number, BEFORE)
            assert day(number) not in await told_days(database)
            if number % GIVEN_UP_EVERY == 0:
                given_up.add(day(number))
                continue
            answer = await client.retry(number)
            assert "idempotency-replayed" not in answer.headers
        assert answer.status_code == 200
        assert [result["status"] for result in answer.json()["data"]] == ["accepted"]
    return given_up


async def run_lane(member: Member, database: Database, files: Path, numbers: range) -> set[str]:
    async with (
        running_api(database.url, files / str(numbers.start)) as url,
        httpx.AsyncClient(base_url=url, timeout=20) as http,
    ):
        return await kill_and_retry(Client(member, http), database, numbers)


async def test_what_is_committed_is_told_once_whenever_the_process_dies(
    quiet_database: Database, tmp_path: Path
) -> None:
    clock = SettableClock(datetime.now(UTC) + timedelta(minutes=5))
    keyring = Keyring([MASTER_KEY])
    api = open_api(await make_platform(quiet_database, clock, keyring, tmp_path))
    acme = await api.partner("Acme")
    numbers = [range(lane * KILLS_PER_LANE, (lane + 1) * KILLS_PER_LANE) for lane in range(LANES)]
    members = [await acme.add_member() for _ in numbers]

    async with asyncio.timeout(180):
        lanes = zip(members, numbers, strict=True)
        undone = await asyncio.gather(*(run_lane(member, quiet_database, tmp_path, part) for member, part in lanes))

    post = make_post(quiet_database, clock, keyring)
    await post.create_secret(acme.tenant)
    mailbox = await post.register(acme.tenant)
    await post.deliver()
    expected = {day(number) for part in numbers for number in part} - set().union(*undone)
    assert all(undone)
    assert sorted(await told_days(quiet_database)) == sorted(expected)
    assert sorted(one for data in mailbox.data for one in data["days"]) == sorted(expected)
    assert await quiet_database.system.fetchval("SELECT count(*) FROM idempotency_record") == len(expected)
