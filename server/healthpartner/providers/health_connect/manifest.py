"""Who Health Connect is among the providers."""

SLUG = "health_connect"
NAME = "Health Connect"
