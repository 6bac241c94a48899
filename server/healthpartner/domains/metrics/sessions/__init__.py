"""What sleep and workouts have in common: sessions with a start and an end, told by several sources."""
