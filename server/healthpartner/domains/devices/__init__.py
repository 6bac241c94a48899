"""A member's linked providers of health data."""
