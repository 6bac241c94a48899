"""Who Withings is among the providers."""

SLUG = "withings"
NAME = "Withings"
