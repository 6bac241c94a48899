"""What can be wrong with a change of keys."""

from healthpartner.core.errors import Conflict


class CannotRevokeSelf(Conflict):
    """A key cannot revoke itself: use another key, or rotate."""

    code = "cannot_revoke_self"
