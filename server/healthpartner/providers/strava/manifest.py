"""Who Strava is among the providers."""

SLUG = "strava"
NAME = "Strava"
