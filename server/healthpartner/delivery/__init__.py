"""Outbox row -> envelope -> signature -> the partner's queue, and the record of every attempt."""
