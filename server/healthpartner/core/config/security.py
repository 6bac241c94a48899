"""Keys that protect secrets at rest, and how long member tokens live."""

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class SecuritySettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="HP_", frozen=True)

    master_keys: SecretStr | None = Field(
        default=None,
        description="Base64 keys of 32 bytes, newest first, comma-separated; the sandbox makes one in HP_DATA_DIR.",
    )
    token_ttl_seconds: int = Field(default=3600, ge=60, le=3600, description="Life of a member token.")
    token_algorithm: Literal["EdDSA", "ES256"] = Field(default="EdDSA", description="Signature of member tokens.")
