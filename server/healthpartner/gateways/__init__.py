"""Third-party services behind a protocol of ours."""
