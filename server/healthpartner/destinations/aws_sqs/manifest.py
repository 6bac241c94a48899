"""What people are told about Amazon SQS as a destination."""

from healthpartner.destinations.contract import Manifest

MANIFEST = Manifest(
    title="Amazon SQS",
    description="One message per event in a standard or FIFO queue of yours, signed, with event_id as an attribute.",
    capabilities=("signed_envelope", "member_order_on_fifo", "deduplication_on_fifo", "assumed_role", "thin_events"),
    maximum_bytes=1_048_576,
)
