"""Passkeys (WebAuthn): registered and asked for with a challenge that is good once; a user check is always required."""
