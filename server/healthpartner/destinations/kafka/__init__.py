"""A Kafka topic of the partner's, keyed by member and acknowledged by all in-sync replicas."""
