"""What was sent to a partner's queues and what came of it; sending it again."""
