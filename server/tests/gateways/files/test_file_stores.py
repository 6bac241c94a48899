"""What every file store does, whichever one a deployment chose."""

import hashlib
import os
from collections.abc import AsyncIterator

import pytest

from healthpartner.gateways.files.contract import FileMissing, FileStore, FileTooLarge, StoredFile, UnsafeKey

KEY = "org/user/upload"
MIB = 1024 * 1024
LONG = os.urandom(9 * MIB + 7)
PDF = "application/pdf"


async def chunked(content: bytes, size: int = 100_000) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def broken(content: bytes) -> AsyncIterator[bytes]:
    yield content
    raise ConnectionResetError


async def put(store: FileStore, content: bytes, key: str = KEY) -> StoredFile:
    return await store.put(key, chunked(content), content_type=PDF, maximum_bytes=len(content))


async def read(store: FileStore, key: str = KEY) -> bytes:
    return b"".join([block async for block in store.open(key)])


@pytest.mark.parametrize("content", [b"", b"x", LONG[: 64 * 1024], LONG[:MIB], LONG], ids=len)
async def test_what_is_stored_comes_back(store: FileStore, content: bytes) -> None:
    stored = await put(store, content)

    assert stored == StoredFile(KEY, len(content), hashlib.sha256(content).hexdigest())
    assert await read(store) == content
    assert await store.size(KEY) == len(content)
    assert await store.exists(KEY)


async def test_storing_again_replaces(store: FileStore) -> None:
    await put(store, b"first and longer")
    await put(store, b"second")

    assert await read(store) == b"second"


async def test_a_local_copy_lasts_as_long_as_its_context_and_is_for_us_only(store: FileStore) -> None:
    await put(store, LONG)

    async with store.local_copy(KEY) as path:
        assert path.read_bytes() == LONG
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700

    assert not path.exists()


async def test_a_local_copy_is_gone_after_a_failure_too(store: FileStore) -> None:
    await put(store, b"content")

    with pytest.raises(ZeroDivisionError):
        async with store.local_copy(KEY) as path:
            raise ZeroDivisionError

    assert not path.exists()


async def test_a_missing_file_is_told_as_such(store: FileStore) -> None:
    assert not await store.exists(KEY)
    with pytest.raises(FileMissing):
        await store.size(KEY)
    with pytest.raises(FileMissing):
        await read(store)
    with pytest.raises(FileMissing):
        async with store.local_copy(KEY):
            pass


@pytest.mark.parametrize("size", [11, MIB + 1, len(LONG)])
async def test_a_file_above_the_maximum_is_refused_and_not_kept(store: FileStore, size: int) -> None:
    with pytest.raises(FileTooLarge):
        await store.put(KEY, chunked(LONG[:size]), content_type=PDF, maximum_bytes=size - 1)

    assert not await store.exists(KEY)


async def test_the_stream_is_not_read_further_than_the_maximum(store: FileStore) -> None:
    read_bytes = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read_bytes
        while True:
            read_bytes += 1000
            yield bytes(1000)

    with pytest.raises(FileTooLarge):
        await store.put(KEY, endless(), content_type=PDF, maximum_bytes=5000)

    assert read_bytes == 6000


@pytest.mark.parametrize("size", [3, len(LONG)])
async def test_a_broken_stream_leaves_what_was_there(store: FileStore, size: int) -> None:
    await put(store, b"before")

    with pytest.raises(ConnectionResetError):
        await store.put(KEY, broken(LONG[:size]), content_type=PDF, maximum_bytes=len(LONG))

    assert await read(store) == b"before"


async def test_deleting_is_final_and_may_be_repeated(store: FileStore) -> None:
    await put(store, b"content")
    await store.delete(KEY)
    await store.delete(KEY)

    assert not await store.exists(KEY)


async def test_deleting_a_member_leaves_everyone_else(store: FileStore) -> None:
    keys = ["org/user/1", "org/user/exports/2", "org/user2/3", "org/_org/4", "org2/user/5"]
    for key in keys:
        await put(store, b"content", key)

    assert await store.delete_prefix("org/user") == 2
    assert await store.delete_prefix("org/user") == 0
    assert [await store.exists(key) for key in keys] == [False, False, True, True, True]
    assert await store.delete_prefix("org") == 2
    assert await store.exists("org2/user/5")


async def test_a_deleted_member_may_store_again(store: FileStore) -> None:
    await put(store, b"content")
    await store.delete_prefix("org/user")
    await put(store, b"new content")

    assert await read(store) == b"new content"


async def test_a_key_may_also_be_a_folder(store: FileStore) -> None:
    await put(store, b"file", "org/user/1")
    await put(store, b"below", "org/user/1/2")

    assert await read(store, "org/user/1") == b"file"
    assert await read(store, "org/user/1/2") == b"below"


@pytest.mark.parametrize(
    "key",
    [
        "", "/", "/etc/passwd", "..", "../x", "org/../x", "org/./x", "org//x", "org/", ".drafts/x", "org/.x", "a\\b",
        "org/x\0", "org/x\n", "org/é", "org/x y", "a/" * 8 + "a", "a" * 101, "org/x~sealed",
    ],
)  # fmt: skip
async def test_an_unsafe_key_is_refused_everywhere(store: FileStore, key: str) -> None:
    with pytest.raises(UnsafeKey):
        await put(store, b"content", key)
    with pytest.raises(UnsafeKey):
        await read(store, key)
    with pytest.raises(UnsafeKey):
        await store.delete(key)
    with pytest.raises(UnsafeKey):
        await store.delete_prefix(key)
    with pytest.raises(UnsafeKey):
        await store.exists(key)
