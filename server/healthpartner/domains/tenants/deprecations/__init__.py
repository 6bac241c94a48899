"""Telling every partner, once, of what is on its way out."""
