"""What people are told about Azure Queue Storage as a destination."""

from healthpartner.destinations.contract import Manifest

MANIFEST = Manifest(
    title="Azure Queue Storage",
    description="One message per event in a queue of your storage account, signed, as base64.",
    capabilities=("signed_envelope", "shared_access_signature", "thin_events"),
    # Of base64: 48 KiB of envelope.
    maximum_bytes=65_536,
)
