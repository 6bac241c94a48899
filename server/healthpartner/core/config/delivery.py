"""How events leave this deployment."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class DeliverySettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="HP_DELIVERY_", frozen=True)

    sqs_endpoint: str | None = Field(default=None, description="Address of an SQS-compatible service other than AWS.")
    azure_event_hubs_endpoint: str | None = Field(
        default=None, description="Address of an Event Hubs service other than Azure's, spoken to in the clear."
    )
    azure_storage_endpoint: str | None = Field(
        default=None, description="Address of a storage-queue service other than Azure's."
    )
    google_pubsub_endpoint: str | None = Field(
        default=None, description="Host and port of a Pub/Sub service other than Google's, spoken to in the clear."
    )
    aws_access_key: SecretStr | None = Field(default=None, description="Without it the ambient AWS credentials serve.")
    aws_secret_key: SecretStr | None = Field(default=None, description="Goes with the access key.")
    publishing_principal_arn: str = Field(
        default="arn:aws:iam::000000000000:role/healthpartner-publisher",
        description="Our AWS principal, which partners allow to send to their queues.",
    )
    allow_private_webhooks: bool = Field(default=False, description="Let webhooks reach private addresses.")
    attempt_timeout_seconds: float = Field(default=10.0, gt=0, le=10, description="Longest one attempt may take.")
    batch_size: int = Field(default=100, ge=1, le=1000, description="Deliveries a worker takes at a time.")
    lease_seconds: float = Field(default=30.0, gt=10, description="How long a crashed worker holds back its batch.")
