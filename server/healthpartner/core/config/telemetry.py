"""Logs and traces."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class TelemetrySettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="HP_", frozen=True)

    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="Least level logged.")
    log_json: bool = Field(default=False, description="One JSON object a line instead of readable text.")
    otlp_endpoint: str | None = Field(default=None, description="OTLP/HTTP collector for traces; none: no traces.")
    worker_metrics_port: int | None = Field(
        default=None, ge=1, le=65535, description="Where a worker without an API shows its metrics; none: nowhere."
    )
    worker_metrics_host: str = Field(default="127.0.0.1", description="On which address it does.")
