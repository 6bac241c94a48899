"""What a person proves themselves with when there is no passkey."""

from uuid import UUID

from msgspec import Struct


class GivenCredentials(Struct, frozen=True):
    """`code`: six digits of the authenticator app, or a recovery code. `org_key` tells apart who is in several."""

    email: str
    password: str
    code: str
    org_key: str | None = None

    def __repr__(self) -> str:
        return "GivenCredentials()"


class Enrolment(Struct, frozen=True):
    """A password to be set, with the secret of the authenticator app and a code that shows that it is set up."""

    password: str
    totp_secret: str
    code: str

    def __repr__(self) -> str:
        return "Enrolment()"


class Account(Struct, frozen=True):
    """Whom an email stands for, as far as it was found."""

    org_id: UUID
    member_id: UUID
    hash: str
    totp_ciphertext: bytes

    def __repr__(self) -> str:
        return f"Account(member_id={self.member_id})"
