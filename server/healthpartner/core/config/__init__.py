"""Configuration by concern, read from `HP_…` environment variables and checked once, at start."""

from dataclasses import dataclass, field

from pydantic import ValidationError

from healthpartner.core.config.database import DatabaseSettings
from healthpartner.core.config.delivery import DeliverySettings
from healthpartner.core.config.deployment import DeploymentSettings
from healthpartner.core.config.files import FileSettings
from healthpartner.core.config.http import HttpSettings
from healthpartner.core.config.security import SecuritySettings
from healthpartner.core.config.telemetry import TelemetrySettings


class ConfigurationError(RuntimeError):
    """The environment does not describe a deployment that can start."""


@dataclass(frozen=True)
class Settings:
    deployment: DeploymentSettings = field(default_factory=DeploymentSettings)
    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    http: HttpSettings = field(default_factory=HttpSettings)
    security: SecuritySettings = field(default_factory=SecuritySettings)
    files: FileSettings = field(default_factory=FileSettings)
    delivery: DeliverySettings = field(default_factory=DeliverySettings)
    telemetry: TelemetrySettings = field(default_factory=TelemetrySettings)

    def __post_init__(self) -> None:
        if not self.deployment.is_production:
            return
        missing = [
            name
            for name, value in (
                ("HP_MASTER_KEYS", self.security.master_keys),
                ("HP_DATABASE_URL", self.database.url),
                ("HP_PUBLIC_URL", self.http.public_url),
            )
            if not value
        ]
        if missing:
            raise ConfigurationError(f"production needs {', '.join(missing)}")
        if not str(self.http.public_url).startswith("https://"):
            raise ConfigurationError("HP_PUBLIC_URL must be an https:// address in production")


def load_settings() -> Settings:
    """The settings of this process, or `ConfigurationError` that names every variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(f"HP_{str(entry['loc'][0]).upper()}: {entry['msg']}" for entry in error.errors())
        raise ConfigurationError(wrong) from None
