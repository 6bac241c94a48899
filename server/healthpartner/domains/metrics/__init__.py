"""Measurements of members: samples, summaries and what is read from them. Stores them compactly, merges what several
sources say about the same time, and announces what changed.
"""
