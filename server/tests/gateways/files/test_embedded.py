"""The store on our own disk gives nothing away and leaves nothing lying about."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path

import pytest

from healthpartner.core.encryption import DecryptionFailed, Keyring
from healthpartner.gateways.files import embedded as embedded_files
from healthpartner.gateways.files.drafts import Draft
from healthpartner.gateways.files.embedded import EmbeddedFileStore
from healthpartner.gateways.files.sealed_file import FRAME_BYTES
from healthpartner.gateways.files.threads import in_thread

KEY = "org/user/upload"
TEXT = b"Haemoglobin 13.5 g/dL " * 10_000


async def chunks(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def put(store: EmbeddedFileStore, key: str = KEY, content: bytes = TEXT) -> None:
    await store.put(key, chunks(content), content_type="application/pdf", maximum_bytes=len(content))


async def read(store: EmbeddedFileStore, key: str = KEY) -> bytes:
    return b"".join([block async for block in store.open(key)])


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def folders(root: Path) -> list[Path]:
    return [root, *(path for path in root.rglob("*") if path.is_dir())]


async def test_the_disk_holds_no_content_and_nobody_else_may_look(embedded: EmbeddedFileStore, root: Path) -> None:
    await put(embedded)

    (file,) = files(root)
    assert b"Haemoglobin" not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    assert {path.stat().st_mode & 0o777 for path in folders(root)} == {0o700}


async def test_a_file_moved_under_another_key_does_not_open(embedded: EmbeddedFileStore, root: Path) -> None:
    await put(embedded)
    (file,) = files(root)
    file.rename(file.with_name("other~sealed"))

    with pytest.raises(DecryptionFailed):
        await read(embedded, "org/user/other")


async def test_a_file_survives_the_rotation_of_the_master_key(embedded: EmbeddedFileStore, root: Path) -> None:
    await put(embedded)

    assert await read(EmbeddedFileStore(root, Keyring([b"n" * 32, b"k" * 32]))) == TEXT
    with pytest.raises(DecryptionFailed):
        await read(EmbeddedFileStore(root, Keyring([b"n" * 32])))


async def test_a_local_copy_of_a_damaged_file_is_not_handed_out(embedded: EmbeddedFileStore, root: Path) -> None:
    await put(embedded)
    (file,) = files(root)
    file.write_bytes(file.read_bytes()[:-1])

    with pytest.raises(DecryptionFailed):
        async with embedded.local_copy(KEY):
            pass
    assert files(root) == [file]


async def test_a_refused_file_leaves_no_draft(embedded: EmbeddedFileStore, root: Path) -> None:
    with pytest.raises(Exception, match="too large"):
        await embedded.put(KEY, chunks(TEXT), content_type="application/pdf", maximum_bytes=1)

    assert files(root) == []


async def test_a_cancelled_upload_leaves_no_draft(embedded: EmbeddedFileStore, root: Path) -> None:
    started = asyncio.Event()

    async def stalled() -> AsyncIterator[bytes]:
        yield TEXT
        started.set()
        await asyncio.Event().wait()

    upload = asyncio.create_task(embedded.put(KEY, stalled(), content_type="x", maximum_bytes=len(TEXT)))
    await started.wait()
    assert len(files(root)) == 1
    upload.cancel()
    with pytest.raises(asyncio.CancelledError):
        await upload

    assert files(root) == []


async def test_leftovers_of_a_crash_are_swept_at_the_next_start(
    embedded: EmbeddedFileStore, root: Path, keyring: Keyring
) -> None:
    await put(embedded)
    (root / ".drafts" / "left").write_bytes(b"x")
    (root / ".copies" / "over").write_bytes(b"x")
    (root / ".bin" / "member").mkdir()

    assert EmbeddedFileStore(root, keyring).swept == 2
    assert len(files(root)) == 1
    assert not (root / ".bin" / "member").exists()


async def test_another_process_starting_does_not_sweep_files_in_use(
    embedded: EmbeddedFileStore, root: Path, keyring: Keyring
) -> None:
    await put(embedded)
    draft = Draft.create(root / ".drafts")
    async with embedded.local_copy(KEY) as path:
        assert EmbeddedFileStore(root, keyring).swept == 0
        assert path.exists()
    assert draft.path.exists()
    draft.discard()


@pytest.mark.parametrize("frames", [0, 1, 2, 3])
async def test_a_local_copy_made_in_several_steps_is_whole(
    embedded: EmbeddedFileStore, monkeypatch: pytest.MonkeyPatch, frames: int
) -> None:
    monkeypatch.setattr(embedded_files, "_COPIED_FRAMES", 2)
    content = (TEXT * 10)[: frames * FRAME_BYTES]
    await put(embedded, content=content)

    async with embedded.local_copy(KEY) as path:
        assert path.read_bytes() == content


async def test_reading_may_stop_early(embedded: EmbeddedFileStore) -> None:
    await put(embedded, content=TEXT * 10)

    async with aclosing(embedded.open(KEY)) as blocks:
        assert (await anext(blocks)).startswith(b"Haemoglobin")


async def test_a_link_planted_in_the_store_is_not_followed(embedded: EmbeddedFileStore, root: Path) -> None:
    await put(embedded)
    (file,) = files(root)
    target = file.rename(root / "elsewhere")
    file.symlink_to(target)

    with pytest.raises(OSError, match="symbolic links"):
        await read(embedded)


async def test_clients_go_through_the_server(embedded: EmbeddedFileStore) -> None:
    assert await embedded.upload_url(KEY, "application/pdf", 1, timedelta(minutes=15)) is None  # type: ignore[func-returns-value]
    assert await embedded.download_url(KEY, timedelta(minutes=15)) is None  # type: ignore[func-returns-value]


async def test_a_cancelled_caller_waits_for_its_thread() -> None:
    entered, release, done = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        entered.set()
        release.wait(10)
        done.set()

    caller = asyncio.create_task(in_thread(work))
    await asyncio.to_thread(entered.wait, 10)
    caller.cancel()
    asyncio.get_running_loop().call_soon(release.set)
    with pytest.raises(asyncio.CancelledError):
        await caller

    assert done.is_set()
