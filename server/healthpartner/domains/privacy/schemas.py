"""Consent as partners read and change it."""

from msgspec import UNSET, Struct, UnsetType


class PrivacySettings(Struct, frozen=True):
    conversation_recording_opt_in: bool


class UpdatePrivacySettings(Struct, frozen=True):
    """A running voice session keeps the consent that it began with."""

    conversation_recording_opt_in: bool | UnsetType = UNSET
