"""Passwords with a second factor: argon2id digests, TOTP secrets sealed, recovery codes as digests and used once."""
