"""Where an organisation's events go: one destination per stream, tested with a signed event before it is stored."""
