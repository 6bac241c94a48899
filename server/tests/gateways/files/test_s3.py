"""What the bucket is asked to do besides keeping bytes."""

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from botocore.exceptions import ClientError

from healthpartner.gateways.files.s3 import S3FileStore, S3Settings, open_s3_file_store

KEY = "org/user/upload"
LONG = os.urandom(9 * 1024 * 1024)
SOON = timedelta(minutes=15)


async def chunks(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def test_a_client_uploads_and_downloads_by_signed_urls(s3: S3FileStore) -> None:
    upload = await s3.upload_url(KEY, "application/pdf", 100, SOON)
    async with aiohttp.ClientSession() as session:
        async with session.put(upload, data=b"%PDF-1.7", headers={"content-type": "application/pdf"}) as answer:
            assert answer.status == 200
        async with session.get(await s3.download_url(KEY, SOON)) as answer:
            assert await answer.read() == b"%PDF-1.7"
            assert answer.content_type == "application/pdf"

    assert parse_qs(urlsplit(upload).query)["X-Amz-Expires"] == ["900"]
    assert await s3.size(KEY) == 8


async def test_a_signed_url_is_good_for_its_own_key_only(s3: S3FileStore) -> None:
    upload = await s3.upload_url(KEY, "application/pdf", 100, SOON)
    async with aiohttp.ClientSession() as session:
        other = upload.replace("org/user/upload", "org/user/other")
        async with session.put(other, data=b"x", headers={"content-type": "application/pdf"}) as answer:
            assert answer.status == 403

    assert not await s3.exists("org/user/other")


@pytest.mark.parametrize("content", [b"short", LONG], ids=len)
async def test_content_type_and_encryption_are_asked_for(s3: S3FileStore, s3_client: Any, content: bytes) -> None:
    await s3.put(KEY, chunks(content), content_type="application/pdf", maximum_bytes=len(content))

    head = await s3_client.head_object(Bucket=s3._bucket, Key=KEY)
    assert head["ContentType"] == "application/pdf"
    assert head["ServerSideEncryption"] == "AES256"


async def test_a_failed_long_upload_leaves_no_parts_behind(s3: S3FileStore, s3_client: Any) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield LONG
        yield LONG
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await s3.put(KEY, broken(), content_type="application/zip", maximum_bytes=10 * len(LONG))

    assert not (await s3_client.list_multipart_uploads(Bucket=s3._bucket)).get("Uploads")
    assert not await s3.exists(KEY)


async def test_a_missing_bucket_is_not_a_missing_file(endpoint_url: str, tmp_path: Path) -> None:
    settings = S3Settings("no-such-bucket", "us-east-1", endpoint_url, "test", "test")
    async with open_s3_file_store(settings, tmp_path) as store:
        with pytest.raises(ClientError, match="NoSuchBucket"):
            [block async for block in store.open(KEY)]
