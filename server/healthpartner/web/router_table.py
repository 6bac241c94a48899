"""The API's table of contents: one line per group of operations."""

from litestar.handlers import HTTPRouteHandler

from healthpartner.domains.async_jobs import routes as async_jobs
from healthpartner.domains.auth import routes as auth
from healthpartner.domains.devices import routes as devices
from healthpartner.domains.downloads import routes as downloads
from healthpartner.domains.health_profile import routes as health_profile
from healthpartner.domains.ingestion import routes as ingestion
from healthpartner.domains.metrics import routes as metrics
from healthpartner.domains.privacy import routes as privacy
from healthpartner.domains.privacy.data_exports import routes as data_exports
from healthpartner.domains.sandbox import routes as sandbox
from healthpartner.domains.sandbox.clock import routes as sandbox_clock
from healthpartner.domains.sandbox.faults import routes as sandbox_faults
from healthpartner.domains.tenants.audit import routes as audit
from healthpartner.domains.tenants.console_members import routes as console_members
from healthpartner.domains.tenants.event_log import routes as event_log
from healthpartner.domains.tenants.invites import routes as invites
from healthpartner.domains.tenants.keys import routes as tenant_keys
from healthpartner.domains.tenants.organization import routes as organization
from healthpartner.domains.tenants.queues import routes as queues
from healthpartner.domains.uploads import routes as uploads
from healthpartner.domains.users import routes as users
from healthpartner.portal import event_types

ROUTES: list[HTTPRouteHandler] = [
    *auth.ROUTES,
    *users.ROUTES,
    *health_profile.ROUTES,
    *privacy.ROUTES,
    *data_exports.ROUTES,
    *async_jobs.ROUTES,
    *uploads.ROUTES,
    *downloads.ROUTES,
    *ingestion.ROUTES,
    *devices.ROUTES,
    *metrics.ROUTES,
    *organization.ROUTES,
    *console_members.ROUTES,
    *invites.ROUTES,
    *tenant_keys.ROUTES,
    *queues.ROUTES,
    *audit.ROUTES,
    *event_log.ROUTES,
    *event_types.ROUTES,
    *sandbox.ROUTES,
    *sandbox_clock.ROUTES,
    *sandbox_faults.ROUTES,
]
