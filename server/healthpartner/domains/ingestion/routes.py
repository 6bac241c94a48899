"""HTTP operations on imports."""

from healthpartner.core.errors import PayloadTooLarge, UnsupportedMediaType
from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import Data
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.async_jobs.schemas import JobAccepted
from healthpartner.domains.ingestion import service
from healthpartner.domains.ingestion.schemas import ImportExport
from healthpartner.gateways.files.contract import FileStore

GROUP = "Devices"


@endpoint(
    "POST /v1/users/{user_id:uuid}/devices/imports",
    "import_health_export",
    group=GROUP,
    auth="member",
    success=202,
    summary="Import an uploaded export file (Apple Health, Health Connect, Google Takeout Fitbit; FIT; TCX; GPX)",
    errors=(PayloadTooLarge, UnsupportedMediaType),
)
async def import_health_export(data: ImportExport, uow: UnitOfWork, files: FileStore) -> Data[JobAccepted]:
    """Poll the job for progress and the report; repeating an import adds nothing twice.

    The uploaded file is deleted once it is imported, or refused for what it is. A file that breaks off is imported up
    to there, and the report says where. Imported are, with the `format` they show by themselves:
    `apple_health` (records, sleep, workouts with their routes, activity summaries), `health_connect` (Android's export,
    a zip with a database), `fitbit_takeout` (Google Takeout's archive of Fitbit data), `fit` (activities with laps and routes, monitoring,
    scales), `tcx` and `gpx` (tracks with heart rate, cadence, power, speed and laps), `fitabase` (tables of days, nights without times and weights), and
    the bodies of providers' APIs that people save: `fitbit_api`, `withings_api`, `garmin_connect`, `strava_api`.
    """
    return Data(await service.start_import(uow, files, data))


ROUTES = [import_health_export]
