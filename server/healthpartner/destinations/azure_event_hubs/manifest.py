"""What people are told about Azure Event Hubs as a destination."""

from healthpartner.destinations.contract import Manifest

MANIFEST = Manifest(
    title="Azure Event Hubs",
    description="One event per event in an event hub of yours, signed, with event_id as message id, keyed by member.",
    capabilities=("signed_envelope", "member_order_in_partition", "shared_access_signature", "thin_events"),
    # Of the standard tier; the basic tier's 256 KiB are told by the service when we connect.
    maximum_bytes=1_048_576,
)
