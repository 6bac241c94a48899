"""What people are told about RabbitMQ as a destination."""

from healthpartner.destinations.contract import Manifest

MANIFEST = Manifest(
    title="RabbitMQ",
    description="One persistent message per event to an exchange of yours, signed, with event_id as message_id.",
    capabilities=("signed_envelope", "publisher_confirms", "routing_by_event_type", "thin_events"),
    # The default max_message_size of RabbitMQ 4.
    maximum_bytes=16_777_216,
)
