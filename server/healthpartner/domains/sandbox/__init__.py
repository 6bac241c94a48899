"""Synthetic members for rehearsals: people who never lived, with data as devices would send it. Never in production."""
