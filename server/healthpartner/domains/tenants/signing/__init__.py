"""The secrets that sign an organisation's events: encrypted at rest, shown once, rotated with a grace period in which
the old and the new one both sign.
"""
