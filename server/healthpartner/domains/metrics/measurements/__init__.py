"""One entry of a member, by our id or by the partner's own: read it, or take back what the partner itself has sent."""
