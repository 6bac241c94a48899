"""Asks the table of permissions."""

from healthpartner.core.errors import Forbidden
from healthpartner.domains.console.permissions import rules
from healthpartner.domains.console.permissions.schemas import Action
from healthpartner.domains.tenants.console_members.schemas import ConsoleScope


def allows(scope: ConsoleScope, action: Action) -> bool:
    return rules.allows(scope, action)


def require(scope: ConsoleScope, action: Action) -> None:
    """`Forbidden` unless the scope may do this."""
    if not rules.allows(scope, action):
        raise Forbidden(f"Your scope, {scope}, does not allow this.")
