"""What people are told about NATS JetStream as a destination."""

from healthpartner.destinations.contract import Manifest

MANIFEST = Manifest(
    title="NATS JetStream",
    description="One message per event on a subject of yours that a stream stores, signed, with event_id as Nats-Msg-Id.",
    capabilities=("signed_envelope", "deduplication", "thin_events"),
    maximum_bytes=1_048_576,
)
