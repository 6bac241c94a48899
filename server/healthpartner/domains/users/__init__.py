"""The tenant's people: registering them, their profile, and finding out whether they exist.

Stores one row per member. Deleting that row takes every other row about the member along.
"""
