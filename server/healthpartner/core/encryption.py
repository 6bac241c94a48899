"""Encryption at rest: secrets and health documents are sealed under a master key that never touches the database.

A keyring holds the master keys, newest first: the first one encrypts, all of them decrypt, so a master key is rotated
by putting a new one in front and re-encrypting at leisure.
"""

import base64
import binascii
import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from healthpartner.core.errors import InternalError

KEY_BYTES = 32
_VERSION = b"\x01"
_KEY_ID_BYTES = 8
_SALT_BYTES = 32
_NONCE_BYTES = 12
_TAG_BYTES = 16
_HEADER_BYTES = len(_VERSION) + _KEY_ID_BYTES + _SALT_BYTES


class DecryptionFailed(InternalError):
    """Stored data could not be decrypted."""


class InvalidMasterKey(ValueError):
    """A master key is 32 random bytes in base64, and its file is readable by its owner only."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class Keyring:
    """Seals values with AES-256-GCM under a key of their own, derived from the newest master key.

    The layout is `version (1) | master key id (8) | salt (32) | ciphertext | tag (16)`. Key and nonce of a value come
    from HKDF-SHA256 (RFC 5869) over the master key and the random salt. Deriving was chosen over wrapping a random
    data key: every value still has its own key, so no count of values wears out a master key, while a value is 28
    bytes shorter and one cipher call cheaper. The header and the caller's context are authenticated with the value,
    so a value moved to another row or column does not open.
    """

    def __init__(self, master_keys: Sequence[bytes]) -> None:
        """Take 32-byte keys, newest first."""
        if not master_keys or any(len(key) != KEY_BYTES for key in master_keys):
            raise InvalidMasterKey
        self._keys = {_key_id(key): key for key in master_keys}
        self._newest = _key_id(master_keys[0])

    def encrypt(self, plaintext: bytes, *, context: bytes) -> bytes:
        salt = os.urandom(_SALT_BYTES)
        header = _VERSION + self._newest + salt
        cipher, nonce = _value_cipher(self._keys[self._newest], salt)
        return header + cipher.encrypt(nonce, plaintext, header + context)

    def decrypt(self, blob: bytes, *, context: bytes) -> bytes:
        """Open what `encrypt` made with the same context; raises `DecryptionFailed`, which says nothing more."""
        header = blob[:_HEADER_BYTES]
        master_key = self._keys.get(header[1 : 1 + _KEY_ID_BYTES])
        if len(blob) < _HEADER_BYTES + _TAG_BYTES or not header.startswith(_VERSION) or master_key is None:
            raise DecryptionFailed
        cipher, nonce = _value_cipher(master_key, header[-_SALT_BYTES:])
        try:
            return cipher.decrypt(nonce, blob[_HEADER_BYTES:], header + context)
        except InvalidTag:
            raise DecryptionFailed from None

    def is_current(self, blob: bytes) -> bool:
        """Whether the newest master key sealed this; otherwise encrypt it again before that key is retired."""
        return blob[: 1 + _KEY_ID_BYTES] == _VERSION + self._newest


def parse_master_keys(text: str) -> list[bytes]:
    """Read comma-separated base64 keys, newest first; raises `InvalidMasterKey` without quoting them."""
    keys = [_decoded(part.strip()) for part in text.split(",") if part.strip()]
    if not keys:
        raise InvalidMasterKey
    return keys


def load_or_create_master_key(path: Path) -> bytes:
    """Read the key file, made on first use; of several processes starting at once, all get the same key."""
    if not path.exists():
        _create_key_file(path)
    if path.stat().st_mode & 0o077:
        raise InvalidMasterKey
    return _decoded(path.read_text(encoding="ascii", errors="replace").strip())


def _create_key_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(base64.b64encode(os.urandom(KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        # A hard link appears whole or not at all, and never replaces a key that another process made first.
        path.hardlink_to(draft)
        _sync_folder(path.parent)
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _decoded(text: str) -> bytes:
    try:
        key = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidMasterKey from None
    if len(key) != KEY_BYTES:
        raise InvalidMasterKey
    return key


def _key_id(master_key: bytes) -> bytes:
    return HKDF(SHA256(), _KEY_ID_BYTES, salt=None, info=b"healthpartner master key id").derive(master_key)


def _value_cipher(master_key: bytes, salt: bytes) -> tuple[AESGCM, bytes]:
    material = HKDF(SHA256(), KEY_BYTES + _NONCE_BYTES, salt=salt, info=b"healthpartner value v1").derive(master_key)
    return AESGCM(material[:KEY_BYTES]), material[KEY_BYTES:]
