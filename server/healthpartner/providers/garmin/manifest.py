"""Who Garmin is among the providers."""

SLUG = "garmin"
NAME = "Garmin"
