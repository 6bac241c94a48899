"""What the API answers is what its OpenAPI document says, for requests made up from the document, good and bad."""

import asyncio
import re
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from healthpartner.core.clock import SettableClock
from healthpartner.core.config import Settings
from healthpartner.core.config.http import HttpSettings
from healthpartner.core.encryption import Keyring
from healthpartner.entrypoints.api import ApiServer
from healthpartner.entrypoints.provisioning import create_org
from healthpartner.web.platform import Platform
from tests.support.api import Api, Partner, make_platform
from tests.support.database import copy_of
from tests.support.operations import document

DOCUMENT = document()
EXAMPLES = 8
PARAMETER = re.compile(r"{\w+}")
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# These end the credential that they are called with, so each of their requests gets one of its own.
ENDING = {"delete_user", "rotate_tenant_key"}

every_operation: Any = schemathesis.openapi.from_dict(DOCUMENT).parametrize()


@dataclass
class Served:
    """The API on a port, and the credentials of one tenant and one member."""

    url: str
    session: requests.Session
    key: str
    user_id: str
    token: str

    def post(self, path: str, body: dict[str, Any]) -> Any:
        answer = self.session.post(self.url + path, json=body, headers={"taih-tenant-key": self.key})
        answer.raise_for_status()
        return answer.json()["data"]

    def fresh(self) -> "Served":
        """The same API with a member and a key of their own."""
        key = self.post("/v1/admin/org/tenant-keys", {"name": "of one request"})["secret"]
        return with_member(Served(self.url, self.session, key, "", ""))


def with_member(served: Served) -> Served:
    served.user_id = served.post("/v1/users", {"user_id": str(uuid4())})["user_id"]
    served.token = served.post("/v1/auth/token", {"user_id": served.user_id})["access_token"]
    return served


class Announced(ApiServer):
    """Tells when it is ready."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(platform)
        self.ready = asyncio.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.ready.set()


async def serve(postgres: str, template: str, files: Path, started: Future[tuple[ApiServer, str]]) -> None:
    """A server of real sockets; it and its database connections live on the loop of this thread."""
    chosen = Settings(http=HttpSettings(port=0, rate_limit_requests=1_000_000))
    async with copy_of(postgres, template) as database:
        clock = SettableClock(datetime.now(UTC))
        platform = await make_platform(database, clock, Keyring([bytes(32)]), files, settings=chosen)
        server = Announced(platform)
        serving = asyncio.ensure_future(server.serve())
        await server.ready.wait()
        started.set_result((server, (await create_org(platform, "Acme")).tenant_key))
        await serving


@pytest.fixture(scope="module")
def served(postgres_server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    started: Future[tuple[ApiServer, str]] = Future()
    work = serve(postgres_server, template, tmp_path_factory.mktemp("files"), started)
    thread = threading.Thread(target=asyncio.run, args=(work,), daemon=True)
    thread.start()
    server, key = started.result(30)
    try:
        with requests.Session() as session:
            host, port = server.address
            yield with_member(Served(f"http://{host}:{port}", session, key, "", ""))
    finally:
        server.should_exit = True
        thread.join()


few_examples: Any = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@every_operation  # type: ignore[untyped-decorator]
@few_examples  # type: ignore[untyped-decorator]
def test_every_answer_is_as_documented(case: Any, served: Served) -> None:
    caller = served.fresh() if case.operation.definition.raw["operationId"] in ENDING else served
    if "user_id" in case.path_parameters:
        case.path_parameters["user_id"] = caller.user_id
    kinds = {kind for choice in case.operation.definition.raw["security"] for kind in choice}
    key, token = "tenant_key" in kinds, kinds == {"member_token"}
    headers = {
        "taih-tenant-key": caller.key if key else None,
        "authorization": f"Bearer {caller.token}" if token else None,
    }

    case.call_and_validate(base_url=caller.url, session=caller.session, headers=headers, checks=CHECKS)


def with_literals(path: str, item: dict[str, Any]) -> str:
    """A path with its parameters of closed sets filled in."""
    for operation in item.values():
        for parameter in operation["parameters"]:
            if parameter.get("in") == "path" and "enum" in parameter["schema"]:
                path = path.replace(f"{{{parameter['name']}}}", parameter["schema"]["enum"][0])
    return path


async def test_a_method_that_a_path_has_not_is_refused_with_those_that_it_has(api: Api) -> None:
    for path, item in DOCUMENT["paths"].items():
        for method in {"OPTIONS", "TRACE", "PUT", "BREW"} - {name.upper() for name in item}:
            answer = await api.client.request(method, PARAMETER.sub(str(uuid4()), with_literals(path, item)))
            assert answer.status_code == 405, (method, path)
            assert answer.json()["error"]["code"] == "method_not_allowed"
            assert set(answer.headers["allow"].split(", ")) >= {name.upper() for name in item}


async def test_a_character_that_cannot_be_stored_is_refused(acme: Partner) -> None:
    for body in ({"external_id": "a\0b"}, {"external_id": "ab", "first_name": "\0"}):
        assert (await acme.post("/v1/users", json=body)).status_code == 422
