"""What people are told about webhooks as a destination."""

from healthpartner.destinations.contract import Manifest

MANIFEST = Manifest(
    title="Webhook",
    description="One HTTPS POST per event to an endpoint of yours, signed as Standard Webhooks.",
    capabilities=("standard_webhooks", "thin_events"),
    maximum_bytes=1_048_576,
)
