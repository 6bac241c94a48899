"""Which deployment this is, and where it keeps its data."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class DeploymentSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="HP_", frozen=True)

    environment: Literal["sandbox", "production"] = Field(
        default="sandbox", description="Sandbox and production are separate deployments with separate credentials."
    )
    data_dir: Path = Field(
        default=Path(".data"), description="Embedded database, files and the sandbox's own keys live here."
    )

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def key_prefix(self) -> str:
        """What a tenant key of this environment starts with."""
        return "hp_live_" if self.is_production else "hp_sandbox_"
