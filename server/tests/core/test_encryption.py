"""The keyring keeps values closed to everyone without the right key, context and untouched bytes."""

import base64
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.core.encryption import (
    DecryptionFailed,
    InvalidMasterKey,
    Keyring,
    load_or_create_master_key,
    parse_master_keys,
)

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
RING = Keyring([NEW])


@given(st.binary(max_size=5000), st.binary(max_size=64))
def test_what_is_encrypted_comes_back(plaintext: bytes, context: bytes) -> None:
    assert RING.decrypt(RING.encrypt(plaintext, context=context), context=context) == plaintext


@given(st.binary(max_size=40), st.data())
def test_any_flipped_bit_is_refused(plaintext: bytes, data: st.DataObject) -> None:
    blob = bytearray(RING.encrypt(plaintext, context=b"c"))
    bit = data.draw(st.integers(0, len(blob) * 8 - 1))
    blob[bit // 8] ^= 1 << bit % 8

    with pytest.raises(DecryptionFailed):
        RING.decrypt(bytes(blob), context=b"c")


@given(st.data())
def test_any_shortened_value_is_refused(data: st.DataObject) -> None:
    blob = RING.encrypt(b"four", context=b"c")

    with pytest.raises(DecryptionFailed):
        RING.decrypt(blob[: data.draw(st.integers(0, len(blob) - 1))], context=b"c")


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_another_context_is_refused(context: bytes, other: bytes) -> None:
    blob = RING.encrypt(b"secret", context=context)

    if other != context:
        with pytest.raises(DecryptionFailed):
            RING.decrypt(blob, context=other)


def test_equal_values_look_different() -> None:
    assert RING.encrypt(b"same", context=b"") != RING.encrypt(b"same", context=b"")


def test_a_rotated_keyring_opens_old_values_and_seals_with_the_new_key() -> None:
    old_blob = Keyring([OLD]).encrypt(b"secret", context=b"c")
    rotated = Keyring([NEW, OLD])
    new_blob = rotated.encrypt(b"secret", context=b"c")

    assert rotated.decrypt(old_blob, context=b"c") == b"secret"
    assert Keyring([NEW]).decrypt(new_blob, context=b"c") == b"secret"
    assert not rotated.is_current(old_blob)
    assert rotated.is_current(new_blob)


def test_a_retired_key_opens_nothing_more() -> None:
    blob = Keyring([OLD]).encrypt(b"secret", context=b"c")

    with pytest.raises(DecryptionFailed) as failure:
        Keyring([NEW]).decrypt(blob, context=b"c")

    assert str(failure.value) == "Stored data could not be decrypted."


@pytest.mark.parametrize("keys", [[], [b"short"], [NEW, b""]])
def test_a_keyring_wants_keys_of_32_bytes(keys: list[bytes]) -> None:
    with pytest.raises(InvalidMasterKey):
        Keyring(keys)


def test_master_keys_are_read_in_order_from_either_base64_alphabet() -> None:
    first, second = b"\xfb" * 32, b"\x00" * 32
    text = f" {base64.urlsafe_b64encode(first).decode()}, {base64.b64encode(second).decode()} ,"

    assert parse_master_keys(text) == [first, second]


@pytest.mark.parametrize("text", ["", " , ", "AAAA", "not base64!", "é"])
def test_a_bad_master_key_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(InvalidMasterKey) as failure:
        parse_master_keys(text)

    assert not text.strip(" ,") or text not in str(failure.value)


def test_the_key_file_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master.key"
    key = load_or_create_master_key(path)

    assert len(key) == 32
    assert load_or_create_master_key(path) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_starting_together_still_makes_one_key(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(load_or_create_master_key, [path] * 32))

    assert len(keys) == 1
    assert list(tmp_path.iterdir()) == [path]


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    load_or_create_master_key(path)
    path.chmod(0o644)

    with pytest.raises(InvalidMasterKey):
        load_or_create_master_key(path)


def test_a_damaged_key_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    path.touch(mode=0o600)

    with pytest.raises(InvalidMasterKey):
        load_or_create_master_key(path)
