"""A sealed file opens whole and untouched, or not at all."""

import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healthpartner.core.encryption import DecryptionFailed, Keyring
from healthpartner.gateways.files.drafts import Draft
from healthpartner.gateways.files.sealed_file import FRAME_BYTES, SealedReader, SealedWriter

RING = Keyring([b"k" * 32])
EDGES = [0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 2 * FRAME_BYTES, 3 * FRAME_BYTES + 5]
SEALED_FRAME = FRAME_BYTES + 16
HEADER = 6 + 32 + 41 + 16


def seal(*blocks: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        draft = Draft.create(Path(folder))
        writer = SealedWriter(draft, RING, "key")
        for block in blocks:
            writer.write(block)
        writer.finish()
        sealed = draft.path.read_bytes()
        draft.discard()
    return sealed


def unseal(sealed: bytes, frames: int = 2) -> bytes:
    with tempfile.TemporaryFile() as file:
        file.write(sealed)
        file.seek(0)
        reader = SealedReader(file, RING, "key")
        content = b"".join(iter(lambda: reader.read(frames), b""))
        assert reader.content_bytes == len(content)
    return content


CONTENT = bytes(range(256)) * (3 * FRAME_BYTES // 256)
SEALED = seal(CONTENT)


@settings(deadline=None)
@given(st.lists(st.sampled_from(EDGES), max_size=3), st.integers(1, 5))
def test_any_split_of_any_length_comes_back(sizes: list[int], frames: int) -> None:
    blocks = [bytes([number]) * size for number, size in enumerate(sizes)]

    assert unseal(seal(*blocks), frames) == b"".join(blocks)


@settings(deadline=None)
@given(st.integers(0, len(SEALED) * 8 - 1))
def test_any_flipped_bit_of_a_file_is_refused(bit: int) -> None:
    touched = bytearray(SEALED)
    touched[bit // 8] ^= 1 << bit % 8

    with pytest.raises(DecryptionFailed):
        unseal(bytes(touched))


@settings(deadline=None)
@given(st.integers(0, len(SEALED) - 1) | st.sampled_from([HEADER, HEADER + SEALED_FRAME, HEADER + 2 * SEALED_FRAME]))
def test_a_file_cut_off_anywhere_is_refused(length: int) -> None:
    with pytest.raises(DecryptionFailed):
        unseal(SEALED[:length])


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=100))
def test_a_file_with_something_appended_is_refused(more: bytes) -> None:
    with pytest.raises(DecryptionFailed):
        unseal(SEALED + more)


@pytest.mark.parametrize("order", [(1, 0, 2), (0, 2, 1), (0, 1, 1, 2), (0, 2), (0, 1, 2, 2)])
def test_frames_in_another_order_are_refused(order: tuple[int, ...]) -> None:
    body = io.BytesIO(SEALED[HEADER:])
    frames = [body.read(SEALED_FRAME) for _ in range(3)]

    with pytest.raises(DecryptionFailed):
        unseal(SEALED[:HEADER] + b"".join(frames[index] for index in order))
