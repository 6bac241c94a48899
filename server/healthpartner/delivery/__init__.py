"""From a recorded event to a partner's queue: workers lease lanes of deliveries, sign, send, and note what came of it.
PostgreSQL holds everything that matters; a worker may be killed at any instant.
"""
