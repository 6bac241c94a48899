"""An authenticated member read, `GET /v1/users/{user_id}/health-profile`, beside its two references.

The references: a bare select of the same row over one connection pool, and the same read written with FastAPI, pydantic
and the SQLAlchemy ORM. Each runs in turn as one process on one core; PostgreSQL and the load have the other cores.

    .venv/bin/python benchmarks/member_read.py [--seconds 4] [--rounds 3] [--connections 16]
"""

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "server")]

from benchmarks.support.load import Load, drive, get  # noqa: E402
from benchmarks.support.processes import free_port, on_cores, running  # noqa: E402
from healthpartner.core.config import Settings  # noqa: E402
from healthpartner.core.config.deployment import DeploymentSettings  # noqa: E402
from healthpartner.core.db.migrate import migrate  # noqa: E402
from healthpartner.core.unit_of_work import UnitOfWork  # noqa: E402
from healthpartner.domains.auth.tokens import SCOPES  # noqa: E402
from healthpartner.domains.users import service as users  # noqa: E402
from healthpartner.domains.users.schemas import CreateUser, Location, UpdateProfile  # noqa: E402
from healthpartner.entrypoints.assembly import assembled  # noqa: E402
from healthpartner.entrypoints.provisioning import create_org  # noqa: E402
from healthpartner.web.platform import Platform  # noqa: E402
from tests.support.postgres import temporary_postgres  # noqa: E402

HOST = "127.0.0.1"
MEMBERS = 200
PYTHON = Path(sys.executable)
SUPPORT = Path(__file__).parent / "support"


@dataclass(frozen=True)
class Member:
    org_id: UUID
    user_id: UUID
    token: str


async def make_member(platform: Platform, org_id: UUID, number: int) -> Member:
    new = CreateUser(external_id=f"member-{number}", first_name="Alice", last_name="Liddell", email="a@example.org")
    async with UnitOfWork(platform.database.tenants, platform.clock, org_id) as uow:
        user_id = await users.register(uow, new)
        await uow.commit()
    changes = UpdateProfile(timezone="Europe/Berlin", height=171.5, height_unit="cm", location=Location("Berlin"))
    async with UnitOfWork(platform.database.tenants, platform.clock, org_id, user_id=user_id) as uow:
        await users.update(uow, changes)
        await uow.commit()
    issued = await platform.tokens.issue(org_id, user_id, SCOPES)
    return Member(org_id, user_id, issued.token)


async def prepare(url: str, data_dir: Path) -> list[Member]:
    await migrate(url)
    async with assembled(Settings(deployment=DeploymentSettings(data_dir=data_dir)), url) as platform:
        org_id = (await create_org(platform, "Acme")).org_id
        return [await make_member(platform, org_id, number) for number in range(MEMBERS)]


@dataclass(frozen=True)
class Bench:
    url: str
    data_dir: Path
    members: list[Member]
    connections: int
    seconds: float

    def platform(self) -> Load:
        """The command that partners run, with a rate limit that one machine cannot reach."""
        port = free_port()
        environment = {
            "HP_DATABASE_URL": self.url,
            "HP_DATA_DIR": str(self.data_dir),
            "HP_PORT": str(port),
            "HP_RATE_LIMIT_REQUESTS": "10000000",
        }
        return self._http([PYTHON.with_name("healthpartner"), "api"], environment, port)

    def fastapi(self) -> Load:
        port = free_port()
        return self._http([PYTHON, SUPPORT / "fastapi_orm_app.py", self.url, str(port)], {}, port)

    def _http(self, command: list[str | Path], environment: dict[str, str], port: int) -> Load:
        requests = [get(HOST, f"/v1/users/{m.user_id}/health-profile", m.token) for m in self.members]
        with running(command, environment, f"http://{HOST}:{port}/livez"):
            return drive(HOST, port, requests, connections=self.connections, seconds=self.seconds)

    def select(self) -> float:
        """Selects a second of one process."""
        command: list[str | Path] = [
            PYTHON,
            SUPPORT / "pool_select.py",
            self.url,
            str(self.connections),
            str(self.seconds),
        ]
        rows = "".join(f"{member.org_id} {member.user_id}\n" for member in self.members)
        with on_cores(measured=True):
            done = subprocess.run(command, input=rows, text=True, stdout=subprocess.PIPE, check=True)
        return float(done.stdout)


def show(name: str, loads: list[Load]) -> float:
    rate = statistics.median(load.per_second for load in loads)
    p50, p99 = (statistics.median(load.percentile(share) for load in loads) for share in (0.5, 0.99))
    print(f"  {name:<32} {rate:>8,.0f}/s   p50 {p50:6.2f} ms   p99 {p99:6.2f} ms")
    return rate


def measure(bench: Bench, rounds: int) -> None:
    """In turn, so that a busy machine slows all alike; the medians are shown."""
    results = [(bench.select(), bench.platform(), bench.fastapi()) for _ in range(rounds)]
    select = statistics.median(selects for selects, _, _ in results)
    print(f"  {'select over one pool':<32} {select:>8,.0f}/s")
    ours = show("healthpartner api", [load for _, load, _ in results])
    theirs = show("FastAPI, pydantic, SQLAlchemy", [load for _, _, load in results])
    print(f"  of the bare select {ours / select:.3f} (goal 0.15), of FastAPI {ours / theirs:.1f} x (goal 5)")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=16)
    given = parser.parse_args()
    with on_cores(measured=False), tempfile.TemporaryDirectory() as folder, temporary_postgres() as address:
        members = asyncio.run(prepare(address.url, Path(folder)))
        measure(Bench(address.url, Path(folder), members, given.connections, given.seconds), given.rounds)


if __name__ == "__main__":
    main()
