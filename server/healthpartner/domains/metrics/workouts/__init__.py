"""Workouts: sessions as sources told them, kept untouched, and the one session that several copies become when read."""
