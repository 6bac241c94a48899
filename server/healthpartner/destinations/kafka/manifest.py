"""What people are told about Apache Kafka as a destination."""

from healthpartner.destinations.contract import Manifest

MANIFEST = Manifest(
    title="Apache Kafka",
    description="One record per event in a topic of yours, signed, keyed by member, acknowledged by all replicas.",
    capabilities=("signed_envelope", "member_order_in_partition", "sasl", "event_hubs_kafka_endpoint", "thin_events"),
    maximum_bytes=1_048_576,
)
