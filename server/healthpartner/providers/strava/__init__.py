"""Strava: maps the bodies of its API."""
