"""The sports themselves, a file for each area. A slug that was published stays."""
