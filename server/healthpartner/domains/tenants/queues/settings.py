"""Destination settings: read from a request with every fault named, and sealed for storage."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from msgspec import NODEFAULT, Struct

from healthpartner.core.encryption import Keyring
from healthpartner.core.errors import Detail, ValidationFailed, invalid
from healthpartner.destinations.contract import DestinationContext, Kind


def parse(body: Mapping[str, Any], kinds: Mapping[str, Kind], context: DestinationContext) -> tuple[Kind, Struct]:
    """The kind and its settings from `{"type": T, T: {…}}`, or `ValidationFailed` with all that is wrong."""
    name = body.get("type")
    if name is None:
        raise invalid("type", "required", "Name the type of the destination.")
    if not isinstance(name, str) or name not in kinds:
        raise invalid("type", "unknown_value", f"Must be one of {', '.join(kinds)}.")
    block = body.get(name)
    if not isinstance(block, Mapping):
        raise invalid(name, "required", "Must be an object with the settings of this type.")
    kind = kinds[name]
    faults = _shape_faults(block, kind)
    if not faults:
        settings: Struct = msgspec.convert(block, kind.Settings)
        faults = kind.validate(settings, context)
        if not faults:
            return kind, settings
    raise ValidationFailed(
        details=tuple(Detail(f"{name}.{fault.field}", fault.code, fault.message) for fault in faults)
    )


def seal(settings: Struct, keyring: Keyring, org_id: UUID) -> bytes:
    return keyring.encrypt(msgspec.json.encode(settings), context=org_id.bytes)


def unseal(ciphertext: bytes, kind: Kind, keyring: Keyring, org_id: UUID) -> Struct:
    settings: Struct = msgspec.json.decode(keyring.decrypt(ciphertext, context=org_id.bytes), type=kind.Settings)
    return settings


def _shape_faults(block: Mapping[str, Any], kind: Kind) -> list[Detail]:
    faults = []
    for field in msgspec.structs.fields(kind.Settings):
        if field.encode_name not in block:
            if field.default is NODEFAULT and field.default_factory is NODEFAULT:
                faults.append(Detail(field.encode_name, "required", "This field is required."))
            continue
        try:
            msgspec.convert(block[field.encode_name], field.type)
        except msgspec.ValidationError:
            # The library's text is left out: it could quote a credential.
            faults.append(Detail(field.encode_name, "invalid_value", "This field has the wrong type."))
    return faults
