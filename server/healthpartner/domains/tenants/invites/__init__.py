"""Invites to an organisation's console: one pending per email, good for seven days, their token kept as a digest."""
