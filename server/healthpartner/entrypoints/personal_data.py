"""What every domain holds about a member, in the order of an export. Tables about members that are not named here are
named, with the reason, in the test of exports.
"""

from healthpartner.domains.async_jobs import personal_data as async_jobs
from healthpartner.domains.devices import personal_data as devices
from healthpartner.domains.metrics import personal_data as metrics
from healthpartner.domains.metrics.sleep import personal_data as sleep
from healthpartner.domains.metrics.workouts import personal_data as workouts
from healthpartner.domains.privacy import personal_data as privacy
from healthpartner.domains.privacy.data_exports.schemas import Section
from healthpartner.domains.sandbox import personal_data as sandbox
from healthpartner.domains.tenants.audit import personal_data as audit
from healthpartner.domains.uploads import personal_data as uploads
from healthpartner.domains.users import personal_data as users
from healthpartner.events import personal_data as events

SECTIONS = (
    Section(("member",), users.export, users.resources),
    Section(("data_export",), privacy.export),
    Section(("device_connection",), devices.export),
    Section(
        ("sample_source", "sample_chunk", "sample_pack", "daily_total", "daily_figure"),
        metrics.export,
        metrics.resources,
    ),
    Section(("sleep_session",), sleep.export),
    Section(("workout",), workouts.export),
    Section(("upload",), uploads.export, files=uploads.files),
    Section(("job",), async_jobs.export),
    Section(("event",), events.export),
    Section(("audit_entry",), audit.export),
    Section(("synthetic_member",), sandbox.export),
)
