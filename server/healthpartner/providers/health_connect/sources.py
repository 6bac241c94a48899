"""Which app and device a record comes from."""

from healthpartner.canonical.samples import SampleSource
from healthpartner.providers.health_connect.database import ExportDatabase, TableDamaged
from healthpartner.providers.health_connect.manifest import SLUG

_APPS = "application_info_table"
_DEVICES = "device_info_table"
_LENGTH = 200


class Sources:
    """The app's package and the device's name together: two apps that write the same are two sources."""

    def __init__(self, database: ExportDatabase) -> None:
        self._apps = _named(database, _APPS, ("package_name",))
        self._devices = _named(database, _DEVICES, ("manufacturer", "model"))

    def of(self, app: object, device: object) -> SampleSource:
        names = [self._apps.get(app), self._devices.get(device)]
        return SampleSource(SLUG, " ".join(name for name in names if name)[:_LENGTH] or None)


def _named(database: ExportDatabase, table: str, columns: tuple[str, ...]) -> dict[object, str]:
    found: dict[object, str] = {}
    if not database.has(table, ("row_id", *columns)):
        return found
    try:
        for page in database.rows(table, ("row_id", *columns)):
            for row_id, *names in page:
                found[row_id] = " ".join(" ".join(name.split()) for name in names if isinstance(name, str))
    except TableDamaged:
        # Records without a name are still records.
        return found
    return found
