"""Consent, export and erasure. Every domain that holds something about a member registers how to erase it."""
