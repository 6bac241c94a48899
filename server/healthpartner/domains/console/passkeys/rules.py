"""The WebAuthn ceremonies on plain values; the library checks what the authenticator has signed."""

import hashlib
from collections.abc import Sequence
from typing import Any

import webauthn
from webauthn.helpers import base64url_to_bytes, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from healthpartner.domains.console.passkeys.errors import PasskeyRefused
from healthpartner.domains.console.passkeys.schemas import NewPasskey, Owner, Response, Site

TIMEOUT_MS = 120_000
MALFORMED = (WebAuthnException, KeyError, TypeError, ValueError, AttributeError)


def new_challenge() -> bytes:
    return webauthn.helpers.generate_challenge()


def _handle(owner: Owner) -> bytes:
    return hashlib.sha256(owner.org_id.bytes + owner.email.encode()).digest()


def registration_options(site: Site, owner: Owner, challenge: bytes, known: Sequence[bytes]) -> str:
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=f"Health Partner {owner.org_name}",
        user_name=owner.email,
        user_display_name=owner.name or owner.email,
        user_id=_handle(owner),
        challenge=challenge,
        timeout=TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=credential) for credential in known],
    )
    return webauthn.options_to_json(options)


def authentication_options(site: Site, challenge: bytes) -> str:
    """Names no credential, so it tells nothing about who has one."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        timeout=TIMEOUT_MS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def challenge_of(response: Response) -> bytes:
    """The challenge that a browser's answer says it answers."""
    try:
        return parse_client_data_json(base64url_to_bytes(response["response"]["clientDataJSON"])).challenge
    except MALFORMED:
        raise PasskeyRefused from None


def credential_id_of(response: Response) -> bytes:
    try:
        return base64url_to_bytes(response["rawId"])
    except MALFORMED:
        raise PasskeyRefused from None


def registered(site: Site, response: Response, challenge: bytes) -> NewPasskey:
    try:
        made = webauthn.verify_registration_response(
            credential=response,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except MALFORMED:
        raise PasskeyRefused from None
    return NewPasskey(made.credential_id, made.credential_public_key, made.sign_count)


def presented(site: Site, response: Response, challenge: bytes, stored: Any) -> int:
    """The new count of signatures of a passkey that has proven itself."""
    try:
        proven = webauthn.verify_authentication_response(
            credential=response,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=stored["public_key"],
            credential_current_sign_count=stored["sign_count"],
            require_user_verification=True,
        )
    except MALFORMED:
        raise PasskeyRefused from None
    return proven.new_sign_count
