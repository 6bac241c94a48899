"""Where PostgreSQL is, and how many connections one process may hold."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class DatabaseSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="HP_DATABASE_", frozen=True)

    url: str | None = Field(
        default=None, description="postgresql://… of a server to use; without it PostgreSQL is embedded in HP_DATA_DIR."
    )
    pool_size: int = Field(default=20, ge=2, le=200, description="Most connections for tenants' requests, per process.")
    system_pool_size: int = Field(default=8, ge=2, le=50, description="Most connections for keys, jobs and delivery.")
    statement_timeout_seconds: float = Field(default=30.0, gt=0, description="Longest a single statement may run.")
