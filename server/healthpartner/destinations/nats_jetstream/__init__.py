"""A NATS JetStream subject of the partner's, deduplicated by the server and acknowledged once it is stored."""
