"""Everything that can be done in the console, by name."""

from enum import StrEnum


class Action(StrEnum):
    SEE_OVERVIEW = "see_overview"
    MANAGE_OWN_ACCOUNT = "manage_own_account"
    SEE_ORGANIZATION = "see_organization"
    RENAME_ORGANIZATION = "rename_organization"
    SEE_TEAM = "see_team"
    INVITE = "invite"
    REVOKE_INVITE = "revoke_invite"
    REMOVE_CONSOLE_MEMBER = "remove_console_member"
    SEE_KEYS = "see_keys"
    CREATE_KEY = "create_key"
    ROTATE_KEY = "rotate_key"
    REVOKE_KEY = "revoke_key"
    SEE_SIGNING_SECRET = "see_signing_secret"  # noqa: S105 - the name of an action
    ROTATE_SIGNING_SECRET = "rotate_signing_secret"  # noqa: S105 - the name of an action
    SEE_QUEUES = "see_queues"
    CONFIGURE_QUEUE = "configure_queue"
    REMOVE_QUEUE = "remove_queue"
    TEST_QUEUE = "test_queue"
    PAUSE_QUEUE = "pause_queue"
    SEE_EVENTS = "see_events"
    SEE_EVENT_BODY = "see_event_body"
    REDELIVER_EVENT = "redeliver_event"
    REPLAY_EVENTS = "replay_events"
    SEE_MEMBERS = "see_members"
    SEE_HEALTH_VALUES = "see_health_values"
    SEE_AUDIT_LOG = "see_audit_log"
    SEE_USAGE = "see_usage"
