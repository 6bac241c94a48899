"""Failures of a partner's own queues, rehearsed in a sandbox."""
