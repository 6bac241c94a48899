"""Sealed files: AES-256-GCM in frames of 64 KiB, so that a file of any size is read and written in constant memory.

    "HPF1" | length of the sealed file key (2, big endian) | sealed file key | frame | frame | …

Every file has a random key, sealed by the keyring with the file's name in the store as context. Frame i is encrypted
under the nonce `i (8, big endian) | 0 0 0 | 1 if last else 0`: frames cannot be reordered, dropped, repeated, appended
or cut off unnoticed (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015). A file has at least one
frame; all but the last are full.
"""

import hashlib
import os
from pathlib import Path
from typing import BinaryIO, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from healthpartner.core.encryption import KEY_BYTES, DecryptionFailed, Keyring
from healthpartner.gateways.files.drafts import Draft

FRAME_BYTES = 64 * 1024
_TAG_BYTES = 16
_SEALED_FRAME_BYTES = FRAME_BYTES + _TAG_BYTES
_MAGIC = b"HPF1"
_LENGTH_BYTES = 2


class SealedWriter:
    """Seals a stream into a draft; the last frame is known only at the end, so one is always held back."""

    def __init__(self, draft: Draft, keyring: Keyring, key: str) -> None:
        file_key = os.urandom(KEY_BYTES)
        sealed_key = keyring.encrypt(file_key, context=_context(key))
        self._draft = draft
        self._cipher = AESGCM(file_key)
        self._held = b""
        self._index = 0
        self._hash = hashlib.sha256()
        draft.write(_MAGIC + len(sealed_key).to_bytes(_LENGTH_BYTES) + sealed_key)

    def write(self, block: bytes) -> None:
        self._hash.update(block)
        waiting = memoryview(self._held + block)
        while len(waiting) > FRAME_BYTES:
            self._seal(waiting[:FRAME_BYTES], last=False)
            waiting = waiting[FRAME_BYTES:]
        self._held = bytes(waiting)

    def finish(self) -> str:
        """Seal the last frame and give the hexadecimal SHA-256 of the content."""
        self._seal(memoryview(self._held), last=True)
        self._draft.flush()
        return self._hash.hexdigest()

    def _seal(self, frame: memoryview, *, last: bool) -> None:
        self._draft.write(self._cipher.encrypt(_nonce(self._index, last=last), frame, None))
        self._index += 1


class SealedReader:
    """Opens a sealed file frame by frame; raises `DecryptionFailed` for anything that its writer did not write."""

    def __init__(self, file: BinaryIO, keyring: Keyring, key: str) -> None:
        self._file = file
        header = file.read(len(_MAGIC) + _LENGTH_BYTES)
        sealed_key = file.read(int.from_bytes(header[len(_MAGIC) :]))
        if not header.startswith(_MAGIC):
            raise DecryptionFailed
        file_key = keyring.decrypt(sealed_key, context=_context(key))
        self._frames = _frame_count(os.fstat(file.fileno()).st_size - file.tell())
        self._content_bytes = os.fstat(file.fileno()).st_size - file.tell() - self._frames * _TAG_BYTES
        self._cipher = AESGCM(file_key)
        self._index = 0

    @classmethod
    def open(cls, path: Path, keyring: Keyring, key: str) -> Self:
        """Raises `FileNotFoundError`."""
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb")
        try:
            return cls(file, keyring, key)
        except BaseException:
            file.close()
            raise

    @property
    def content_bytes(self) -> int:
        return self._content_bytes

    def read(self, frames: int) -> bytes:
        """The content of the next frames; empty after the last."""
        opened: list[bytes] = []
        while self._index < self._frames and len(opened) < frames:
            last = self._index == self._frames - 1
            try:
                sealed = self._file.read(_SEALED_FRAME_BYTES)
                opened.append(self._cipher.decrypt(_nonce(self._index, last=last), sealed, None))
            except (InvalidTag, ValueError):
                raise DecryptionFailed from None
            self._index += 1
        return b"".join(opened)

    def close(self) -> None:
        self._file.close()


def _frame_count(sealed_bytes: int) -> int:
    frames = -(-sealed_bytes // _SEALED_FRAME_BYTES)
    if sealed_bytes < frames * _TAG_BYTES or frames < 1:
        raise DecryptionFailed
    return frames


def _nonce(index: int, *, last: bool) -> bytes:
    return index.to_bytes(8) + b"\0\0\0" + (b"\1" if last else b"\0")


def _context(key: str) -> bytes:
    return b"file\0" + key.encode()
