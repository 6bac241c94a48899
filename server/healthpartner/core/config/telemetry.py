"""Logs and traces."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class TelemetrySettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="HP_", frozen=True)

    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="Least level logged.")
    log_json: bool = Field(default=False, description="One JSON object a line instead of readable text.")
    otlp_endpoint: str | None = Field(default=None, description="OTLP/HTTP collector for traces; none: no traces.")
