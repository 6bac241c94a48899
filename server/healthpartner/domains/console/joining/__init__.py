"""Joining an organization: an invite becomes a console member with a way to sign in, all in one transaction."""
