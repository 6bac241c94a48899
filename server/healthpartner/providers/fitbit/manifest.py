"""Who Fitbit is among the providers."""

SLUG = "fitbit"
NAME = "Fitbit"
