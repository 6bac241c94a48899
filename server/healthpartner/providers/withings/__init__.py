"""Withings: maps the bodies of its API."""
