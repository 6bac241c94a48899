"""Work that a request starts and a worker does: what members see of it, and how a job is run to its end.

Stores one row per job; the queue's ticket names the row, and a job's result commits with the data it made.
"""
