"""Fitbit: reads the archive that Google Takeout makes of a person's Fitbit data."""
