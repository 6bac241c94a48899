"""Where uploaded files are kept and how large they may be."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class FileSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="HP_FILES_", frozen=True)

    s3_bucket: str | None = Field(default=None, description="Bucket for uploads; without it they are in HP_DATA_DIR.")
    s3_endpoint: str | None = Field(default=None, description="Address of an S3-compatible store other than AWS.")
    s3_region: str = Field(default="us-east-1", description="Region of the bucket.")
    s3_access_key: SecretStr | None = Field(default=None, description="Without it the ambient AWS credentials serve.")
    s3_secret_key: SecretStr | None = Field(default=None, description="Goes with the access key.")
    maximum_document_bytes: int = Field(default=20_000_000, ge=1_000, description="Largest document upload.")
    maximum_import_bytes: int = Field(default=4_000_000_000, ge=1_000, description="Largest import upload.")
