"""Passwords, codes and recovery codes, on plain values."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healthpartner.domains.console.credentials import rules

INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001 - made aware here


@given(at=INSTANTS, seconds=st.integers(-20 * 60, 20 * 60))
def test_a_code_fits_within_a_step_of_its_time_and_no_further(at: datetime, seconds: int) -> None:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    code = pyotp.TOTP(secret).at(at)
    later = at + timedelta(seconds=seconds)
    steps = int(later.timestamp()) // 30 - int(at.timestamp()) // 30
    step = rules.matching_step(secret, code, later)
    if abs(steps) <= 1:
        assert step is not None
    elif step is not None:
        # Six digits meet by chance once in a million; then the step is that of another code.
        assert pyotp.TOTP(secret).at(step * 30) == code


@given(st.text(max_size=50))
def test_what_is_no_code_never_fits(text: str) -> None:
    if not (text.replace(" ", "").isdigit() and len(text.replace(" ", "")) == 6):
        assert rules.matching_step("JBSWY3DPEHPK3PXP", text, datetime(2026, 3, 14, tzinfo=UTC)) is None


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=300), st.one_of(st.none(), st.text(st.characters(codec="ascii"), max_size=50)))
def test_a_digest_that_is_none_fits_no_password(password: str, stored: str | None) -> None:
    if not (stored or "").startswith("$argon2"):
        assert rules.verified(password[:5], stored) is False


def test_recovery_codes_are_many_and_never_the_same() -> None:
    codes = [code for _ in range(50) for code in rules.new_recovery_codes()]
    assert len(set(codes)) == 500
    assert rules.recovery_digest(codes[0].upper()) == rules.recovery_digest(f" {codes[0]} ")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "too_short"),
        ("x" * 201, "too_long"),
        ("abababababab", "invalid_value"),
        ("dora-is-my-name-1", "invalid_value"),
    ],
)
def test_weak_passwords_are_named(password: str, code: str) -> None:
    (objection,) = rules.objections(password, "dora@example.org")
    assert objection.code == code
    assert password not in objection.message


def test_a_good_password_is_taken_and_kept_as_argon2id() -> None:
    assert rules.objections("correct horse battery staple", "dora@example.org") == ()
    stored = rules.hashed("correct horse battery staple")
    assert stored.startswith("$argon2id$")
    assert rules.verified("correct horse battery staple", stored)
    assert not rules.verified("correct horse battery stapl", stored)
