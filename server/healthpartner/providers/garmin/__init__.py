"""Garmin: maps the bodies of its API."""
