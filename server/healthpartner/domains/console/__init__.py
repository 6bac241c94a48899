"""The console's people: how they join, prove who they are, what they may do, and their sessions."""
