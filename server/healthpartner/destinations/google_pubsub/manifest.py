"""What people are told about Google Cloud Pub/Sub as a destination."""

from healthpartner.destinations.contract import Manifest

MANIFEST = Manifest(
    title="Google Cloud Pub/Sub",
    description="One message per event in a topic of yours, signed, with event_id as an attribute, ordered by member.",
    capabilities=("signed_envelope", "member_order", "service_account_key", "thin_events"),
    # Of the whole publish request.
    maximum_bytes=10_000_000,
)
