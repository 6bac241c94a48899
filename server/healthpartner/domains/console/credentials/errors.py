"""What can be wrong with credentials."""

from healthpartner.core.errors import Unauthorized


class SignInRefused(Unauthorized):
    """These credentials are not right."""
