"""Tenant API keys: minted, shown once, kept as a digest, found by prefix, rotated with a grace period, revoked."""
