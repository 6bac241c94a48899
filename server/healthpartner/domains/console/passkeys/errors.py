"""What can be wrong with a passkey."""

from healthpartner.core.errors import Conflict, Unauthorized


class PasskeyRefused(Unauthorized):
    """This passkey was not accepted. Try again."""


class LastCredential(Conflict):
    """This is the only way you can sign in. Add another one first."""
