"""The table. Viewers look, developers integrate, admins decide about people, secrets and health data."""

from collections.abc import Mapping
from types import MappingProxyType

from healthpartner.domains.console.permissions.schemas import Action
from healthpartner.domains.tenants.console_members.schemas import ConsoleScope

VIEWER = frozenset(
    {
        Action.SEE_OVERVIEW,
        Action.MANAGE_OWN_ACCOUNT,
        Action.SEE_ORGANIZATION,
        Action.SEE_TEAM,
        Action.SEE_KEYS,
        Action.SEE_SIGNING_SECRET,
        Action.SEE_QUEUES,
        Action.SEE_EVENTS,
        Action.SEE_MEMBERS,
        Action.SEE_USAGE,
    }
)
DEVELOPER = VIEWER | {
    Action.CREATE_KEY,
    Action.ROTATE_KEY,
    Action.CONFIGURE_QUEUE,
    Action.TEST_QUEUE,
    Action.PAUSE_QUEUE,
    Action.REDELIVER_EVENT,
    Action.REPLAY_EVENTS,
    Action.SEE_AUDIT_LOG,
}
ADMIN = DEVELOPER | {
    Action.RENAME_ORGANIZATION,
    Action.INVITE,
    Action.REVOKE_INVITE,
    Action.REMOVE_CONSOLE_MEMBER,
    Action.REVOKE_KEY,
    Action.ROTATE_SIGNING_SECRET,
    Action.REMOVE_QUEUE,
    Action.SEE_EVENT_BODY,
    Action.SEE_HEALTH_VALUES,
}

ALLOWED: Mapping[ConsoleScope, frozenset[Action]] = MappingProxyType(
    {"viewer": VIEWER, "developer": DEVELOPER, "admin": ADMIN}
)


def allows(scope: ConsoleScope, action: Action) -> bool:
    return action in ALLOWED[scope]
