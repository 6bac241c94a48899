"""Both file stores, and a bucket served on this machine for the one that needs it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from healthpartner.core.encryption import Keyring
from healthpartner.gateways.files.embedded import EmbeddedFileStore
from healthpartner.gateways.files.s3 import S3FileStore, S3Settings, open_s3_file_store
from tests.support.parts.ministack import ministack


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    return Keyring([b"k" * 32])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def embedded(root: Path, keyring: Keyring) -> EmbeddedFileStore:
    return EmbeddedFileStore(root, keyring)


@pytest.fixture(scope="session")
def endpoint_url() -> Iterator[str]:
    with ministack() as port:
        yield f"http://127.0.0.1:{port}"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def s3_client(endpoint_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Any]:
    settings = S3Settings("unused", "us-east-1", endpoint_url, "test", "test")
    async with open_s3_file_store(settings, tmp_path_factory.mktemp("copies")) as store:
        yield store._client


@pytest_asyncio.fixture(loop_scope="session")
async def s3(s3_client: Any, tmp_path: Path) -> S3FileStore:
    settings = S3Settings(bucket=f"files-{uuid4()}", server_side_encryption="AES256")
    await s3_client.create_bucket(Bucket=settings.bucket)
    copies = tmp_path / "copies"
    copies.mkdir(mode=0o700)
    return S3FileStore(s3_client, settings, copies)


@pytest.fixture(params=["embedded", "s3"])
def store(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)
