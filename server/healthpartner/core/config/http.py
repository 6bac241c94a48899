"""How the API listens and what it accepts."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class HttpSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="HP_", frozen=True)

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    public_url: str | None = Field(default=None, description="The address partners reach this deployment at.")
    trusted_gateway: bool = Field(
        default=False,
        description="A gateway in front sets `org-id` and `x-user-id`: refuse credentials of anybody else than those name.",
    )
    maximum_body_bytes: int = Field(default=5_000_000, ge=1_000, description="Largest JSON body accepted.")
    rate_limit_requests: int = Field(default=1_200, ge=1, description="Requests a credential may make per window.")
    rate_limit_window_seconds: int = Field(default=60, ge=1, description="The window of the rate limit.")
