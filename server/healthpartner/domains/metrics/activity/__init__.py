"""A member's days: what all sources together say about each, and what a source says about a whole day itself."""
