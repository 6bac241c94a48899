"""Slows down guessing: attempts to sign in are counted per account and per address, across all processes."""
