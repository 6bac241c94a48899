"""Who Apple Health is among the providers."""

SLUG = "apple_health_kit"
NAME = "Apple Health"
