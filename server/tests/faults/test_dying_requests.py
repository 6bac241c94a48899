"""A thousand requests whose process is killed between their commit and their answer, and others right before it."""

import asyncio
import signal
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec

from healthpartner.core.clock import SettableClock
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from tests.faults.dying_requests import DyingRequest
from tests.faults.killable_api import AFTER, BEFORE, MASTER_KEY
from tests.support.api import Member, make_platform, open_api
from tests.support.delivery import make_post

KILLED_AFTER, KILLED_BEFORE = 1000, 100
LANES = 2
SECONDS = 900
FIRST_DAY = date(2015, 1, 1)
SERVER = Path(__file__).resolve().parents[2]


def day(number: int) -> str:
    return (FIRST_DAY + timedelta(days=number)).isoformat()


def is_committed(number: int) -> bool:
    """One in eleven dies before its commit."""
    return number % 11 != 0


def dying(member: Member, number: int) -> DyingRequest:
    sample = {"client_id": f"sample-{number}", "start": f"{day(number)}T12:00:00Z", "value": 60, "unit": "bpm"}
    return DyingRequest(
        path=f"{member.path}/metrics/heart_rate/timeseries",
        token=member.token,
        request_id=f"{AFTER if is_committed(number) else BEFORE}-{number}",
        body={"data": [sample]},
    )


async def send_all(url: str, files: Path, requests: list[DyingRequest]) -> int:
    """Answers how many processes were killed."""
    forker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.dying_requests", url, str(files)),
        cwd=SERVER,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        told, _ = await forker.communicate(b"".join(msgspec.json.encode(one) + b"\n" for one in requests))
    except BaseException:
        forker.kill()
        raise
    return told.split().count(str(int(signal.SIGKILL)).encode())


async def test_a_thousand_kills_between_commit_and_answer_deliver_what_is_committed_and_nothing_else(
    quiet_database: Database, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    clock, keyring = SettableClock(datetime.now(UTC) + timedelta(minutes=5)), Keyring([MASTER_KEY])
    api = open_api(await make_platform(quiet_database, clock, keyring, tmp_path))
    acme = await api.partner("Acme")
    numbers = range(KILLED_AFTER + KILLED_BEFORE)
    members = [await acme.add_member() for _ in range(LANES)]
    lanes = [[dying(member, number) for number in numbers[lane::LANES]] for lane, member in enumerate(members)]

    async with asyncio.timeout(SECONDS):
        killed = await asyncio.gather(*(send_all(quiet_database.url, tmp_path, requests) for requests in lanes))

    post = make_post(quiet_database, clock, keyring)
    await post.create_secret(acme.tenant)
    mailbox = await post.register(acme.tenant)
    await post.deliver()
    committed = [day(number) for number in numbers if is_committed(number)]
    told = sorted(
        one
        for body in mailbox.bodies
        if body["event_type"] == "device.daily_data.updated"
        for one in body["data"]["days"]
    )
    assert sum(killed) == len(numbers)
    assert len(committed) == KILLED_AFTER
    assert told == sorted(committed)
    record_property("killed after the commit", KILLED_AFTER)
    record_property("killed before it", KILLED_BEFORE)
    record_property("delivered", len(told))
