"""The one-call read model for a member's dashboard: what the member told us, consent, and linked devices."""
