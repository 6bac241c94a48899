"""The table of permissions, cell by cell."""

import pytest

from healthpartner.core.errors import Forbidden
from healthpartner.domains.console.permissions import service as permissions
from healthpartner.domains.console.permissions.schemas import Action
from healthpartner.domains.tenants.console_members.schemas import ConsoleScope

# viewer, developer, admin
TABLE: dict[str, tuple[bool, bool, bool]] = {
    "see_overview": (True, True, True),
    "manage_own_account": (True, True, True),
    "see_organization": (True, True, True),
    "rename_organization": (False, False, True),
    "see_team": (True, True, True),
    "invite": (False, False, True),
    "revoke_invite": (False, False, True),
    "remove_console_member": (False, False, True),
    "see_keys": (True, True, True),
    "create_key": (False, True, True),
    "rotate_key": (False, True, True),
    "revoke_key": (False, False, True),
    "see_signing_secret": (True, True, True),
    "rotate_signing_secret": (False, False, True),
    "see_queues": (True, True, True),
    "configure_queue": (False, True, True),
    "remove_queue": (False, False, True),
    "test_queue": (False, True, True),
    "pause_queue": (False, True, True),
    "see_events": (True, True, True),
    "see_event_body": (False, False, True),
    "redeliver_event": (False, True, True),
    "replay_events": (False, True, True),
    "see_members": (True, True, True),
    "see_health_values": (False, False, True),
    "see_audit_log": (False, True, True),
    "see_usage": (True, True, True),
}
SCOPES: tuple[ConsoleScope, ...] = ("viewer", "developer", "admin")
CELLS = [(scope, action, allowed) for action, row in TABLE.items() for scope, allowed in zip(SCOPES, row, strict=True)]


def test_the_table_names_every_action() -> None:
    assert TABLE.keys() == {str(action) for action in Action}


@pytest.mark.parametrize(("scope", "action", "allowed"), CELLS)
def test_a_scope_may_do_what_the_table_says(scope: ConsoleScope, action: str, allowed: bool) -> None:  # noqa: FBT001 - a cell
    assert permissions.allows(scope, Action(action)) is allowed
    if not allowed:
        with pytest.raises(Forbidden):
            permissions.require(scope, Action(action))
    else:
        permissions.require(scope, Action(action))
