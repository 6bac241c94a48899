"""Health Connect: reads the backup that a person exports on Android, a zip with one SQLite database in it."""
