"""The people who use an organisation's console: listed and removed here, added by accepting an invite."""
