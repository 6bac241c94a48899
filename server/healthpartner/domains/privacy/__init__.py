"""A member's consent, and a member's right to be forgotten."""
