"""The store in a bucket of Amazon S3 or anything that speaks like it; clients up- and download there directly."""

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from botocore.exceptions import ClientError
from msgspec import Struct

from healthpartner.core.errors import UpstreamFailed
from healthpartner.gateways.files.contract import FileMissing, StoredFile, check_key
from healthpartner.gateways.files.drafts import make_folders, sweep, temporary_copy
from healthpartner.gateways.files.streams import gathered
from healthpartner.gateways.files.threads import in_thread

# S3 takes 10,000 parts of at least 5 MiB: with 8 MiB a file may reach 80 GB and costs 8 MiB of memory.
_PART_BYTES = 8 * 1024 * 1024
_READ_BYTES = 1024 * 1024
_MISSING_CODES = frozenset({"404", "NoSuchKey", "NotFound"})


class S3Settings(Struct, frozen=True):
    """Without keys the AWS default chain applies (environment, profile, role)."""

    bucket: str
    region: str = "us-east-1"
    endpoint_url: str | None = None
    access_key_id: str | None = None
    secret_access_key: str | None = None
    server_side_encryption: str | None = None
    kms_key_id: str | None = None


class S3FileStore:
    def __init__(self, client: Any, settings: S3Settings, copies: Path) -> None:
        self._client = client
        self._bucket = settings.bucket
        self._copies = copies
        self._sealing = _sealing_parameters(settings)

    async def put(self, key: str, chunks: AsyncIterator[bytes], *, content_type: str, maximum_bytes: int) -> StoredFile:
        """One request for a file of a single part, a multipart upload for longer ones."""
        check_key(key)
        async with aclosing(gathered(chunks, _PART_BYTES, maximum_bytes)) as blocks:
            first = await anext(blocks, b"")
            second = await anext(blocks, b"")
            if second:
                return await self._put_parts(key, content_type, _chained(first, second, blocks))
        await self._client.put_object(
            Bucket=self._bucket, Key=key, Body=first, ContentType=content_type, **self._sealing
        )
        return StoredFile(key, len(first), (await in_thread(hashlib.sha256, first)).hexdigest())

    async def open(self, key: str) -> AsyncGenerator[bytes, None]:
        check_key(key)
        with _telling_missing():
            answer = await self._client.get_object(Bucket=self._bucket, Key=key)
        async with answer["Body"] as body:
            while block := await body.read(_READ_BYTES):
                yield block

    def local_copy(self, key: str) -> AbstractAsyncContextManager[Path]:
        return self._local_copy(key)

    @asynccontextmanager
    async def _local_copy(self, key: str) -> AsyncIterator[Path]:
        async with aclosing(self.open(key)) as blocks, temporary_copy(blocks, self._copies) as path:
            yield path

    async def delete(self, key: str) -> None:
        check_key(key)
        await self._client.delete_object(Bucket=self._bucket, Key=key)

    async def delete_prefix(self, prefix: str) -> int:
        check_key(prefix)
        count = 0
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=f"{prefix}/")
        async for page in pages:
            doomed = [{"Key": found["Key"]} for found in page.get("Contents", ())]
            if doomed:
                answer = await self._client.delete_objects(Bucket=self._bucket, Delete={"Objects": doomed})
                if answer.get("Errors"):
                    raise UpstreamFailed
            count += len(doomed)
        return count

    async def exists(self, key: str) -> bool:
        try:
            await self.size(key)
        except FileMissing:
            return False
        return True

    async def size(self, key: str) -> int:
        check_key(key)
        with _telling_missing():
            answer = await self._client.head_object(Bucket=self._bucket, Key=key)
        return int(answer["ContentLength"])

    async def upload_url(self, key: str, content_type: str, maximum_bytes: int, expires: timedelta) -> str:  # noqa: ARG002
        """A presigned PUT for this type. S3 cannot cap its length: compare `size` with the maximum before use."""
        check_key(key)
        parameters = {"Bucket": self._bucket, "Key": key, "ContentType": content_type}
        return await self._signed("put_object", parameters, expires)

    async def download_url(self, key: str, expires: timedelta) -> str:
        check_key(key)
        return await self._signed("get_object", {"Bucket": self._bucket, "Key": key}, expires)

    async def _signed(self, operation: str, parameters: dict[str, str], expires: timedelta) -> str:
        seconds = int(expires.total_seconds())
        return str(await self._client.generate_presigned_url(operation, Params=parameters, ExpiresIn=seconds))

    async def _put_parts(self, key: str, content_type: str, blocks: AsyncIterator[bytes]) -> StoredFile:
        target = {"Bucket": self._bucket, "Key": key}
        upload = await self._client.create_multipart_upload(ContentType=content_type, **target, **self._sealing)
        target["UploadId"] = upload["UploadId"]
        try:
            parts, size, sha256 = await self._send_parts(target, blocks)
            await self._client.complete_multipart_upload(MultipartUpload={"Parts": parts}, **target)
        except BaseException:
            await self._client.abort_multipart_upload(**target)
            raise
        return StoredFile(key, size, sha256)

    async def _send_parts(
        self, target: dict[str, str], blocks: AsyncIterator[bytes]
    ) -> tuple[list[dict[str, Any]], int, str]:
        parts: list[dict[str, Any]] = []
        size, digest = 0, hashlib.sha256()
        async for block in blocks:
            number = len(parts) + 1
            await in_thread(digest.update, block)
            answer = await self._client.upload_part(Body=block, PartNumber=number, **target)
            parts.append({"PartNumber": number, "ETag": answer["ETag"]})
            size += len(block)
        return parts, size, digest.hexdigest()


@asynccontextmanager
async def open_s3_file_store(settings: S3Settings, copies: Path) -> AsyncIterator[S3FileStore]:
    """A store with its connections, for as long as the context; `copies` is the folder for local copies."""
    await in_thread(_prepare, copies)
    config = AioConfig(
        s3={"addressing_style": "path" if settings.endpoint_url else "auto"},
        signature_version="s3v4",
        # Stores that only speak like S3 do not all know the newer default checksums.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        retries={"mode": "standard", "max_attempts": 4},
    )
    async with get_session().create_client(
        "s3",
        region_name=settings.region,
        endpoint_url=settings.endpoint_url,
        aws_access_key_id=settings.access_key_id,
        aws_secret_access_key=settings.secret_access_key,
        config=config,
    ) as client:
        yield S3FileStore(client, settings, copies)


def _prepare(copies: Path) -> None:
    make_folders(copies)
    copies.chmod(0o700)
    sweep(copies)


def _sealing_parameters(settings: S3Settings) -> dict[str, str]:
    wanted = {"ServerSideEncryption": settings.server_side_encryption, "SSEKMSKeyId": settings.kms_key_id}
    return {name: value for name, value in wanted.items() if value}


async def _chained(first: bytes, second: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    yield second
    async for block in rest:
        yield block


@contextmanager
def _telling_missing() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in _MISSING_CODES:
            raise FileMissing from None
        raise
