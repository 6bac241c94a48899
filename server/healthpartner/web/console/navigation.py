"""The console's pages as the sidebar lists them; a scope sees those that it may open."""

from msgspec import Struct

from healthpartner.domains.console.permissions.schemas import Action


class Entry(Struct, frozen=True):
    title: str
    path: str
    action: Action


NAVIGATION: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "Integration",
        (
            Entry("Overview", "/console", Action.SEE_OVERVIEW),
            Entry("Queues", "/console/queues", Action.SEE_QUEUES),
            Entry("Event log", "/console/events", Action.SEE_EVENTS),
            Entry("API usage", "/console/usage", Action.SEE_USAGE),
        ),
    ),
    (
        "People",
        (
            Entry("Members", "/console/members", Action.SEE_MEMBERS),
            Entry("Team", "/console/team", Action.SEE_TEAM),
        ),
    ),
    (
        "Security",
        (
            Entry("Tenant keys", "/console/keys", Action.SEE_KEYS),
            Entry("Signing secret", "/console/signing-secret", Action.SEE_SIGNING_SECRET),
            Entry("Audit log", "/console/audit-log", Action.SEE_AUDIT_LOG),
        ),
    ),
    (
        "Settings",
        (
            Entry("Organization", "/console/organization", Action.SEE_ORGANIZATION),
            Entry("Your account", "/console/account", Action.MANAGE_OWN_ACCOUNT),
        ),
    ),
)
