"""Taking events out of the partner's own queues, one module per kind of queue and its extra."""
