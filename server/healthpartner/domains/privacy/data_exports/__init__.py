"""Everything held about a member, as one archive that the member may take along."""
