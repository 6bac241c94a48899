"""What can be wrong with an invite."""

from healthpartner.core.errors import Conflict, NotFound


class InviteNotOpen(NotFound):
    """This link does not work any more: it was used, taken back or has expired. Ask for a new invite."""


class InvitePending(Conflict):
    """This email has a pending invite already: revoke it first."""

    code = "invite_pending"


class InviteAlreadyAccepted(Conflict):
    """The invite was accepted; remove the console member instead."""

    code = "invite_already_accepted"


class InviteAlreadyRevoked(Conflict):
    """The invite was revoked before."""

    code = "invite_already_revoked"
