"""What a page says after a change, by the name that its address carries."""

from collections.abc import Mapping
from types import MappingProxyType

NOTICES: Mapping[str, str] = MappingProxyType(
    {
        "signed_out": "You are signed out.",
        "session_ended": "The session has ended.",
        "other_sessions_ended": "All other sessions have ended.",
        "passkey_added": "The passkey is ready to use.",
        "passkey_removed": "The passkey is removed.",
        "renamed": "The organization has its new name.",
        "invite_revoked": "The invite is revoked; its link no longer works.",
        "member_removed": "The person is removed, and all their sessions have ended.",
        "key_revoked": "The key is revoked; it opens nothing any more.",
        "queue_removed": "The destination is removed; events wait for the next one.",
        "queue_registered": "The destination took the test event and is registered.",
        "queue_replaced": "The destination took the test event and replaces the one before.",
        "queue_tested": "The destination took a test event.",
        "queue_paused": "The queue is paused: events wait until you resume it.",
        "queue_resumed": "The queue delivers again.",
        "event_redelivered": "The event is on its way again.",
    }
)
