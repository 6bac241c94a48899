"""What a partner tells us about an event hub, and what must hold before anything is sent there."""

import re

from msgspec import Struct

from healthpartner.core.errors import Detail

DOMAIN = ".servicebus.windows.net"
MAXIMUM_TOKEN_CHARACTERS = 4096

_NAMESPACE = re.compile(r"[A-Za-z][A-Za-z0-9-]{4,48}[A-Za-z0-9]")
_HUB = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,254}[A-Za-z0-9])?")
_TOKEN = re.compile(r"SharedAccessSignature (?P<fields>[A-Za-z0-9%._~+/=&-]+)")
_NEEDED = {"sr", "sig", "se", "skn"}


class AzureEventHubsSettings(Struct, frozen=True, kw_only=True):
    """`namespace` with or without Azure's domain."""

    namespace: str
    event_hub_name: str
    sas_token: str

    def __repr__(self) -> str:
        return f"AzureEventHubsSettings(namespace={self.namespace!r}, event_hub_name={self.event_hub_name!r})"


def host_of(settings: AzureEventHubsSettings) -> str:
    return settings.namespace.removesuffix(DOMAIN) + DOMAIN


def find_faults(settings: AzureEventHubsSettings) -> list[Detail]:
    faults = []
    if not _NAMESPACE.fullmatch(settings.namespace.removesuffix(DOMAIN)):
        faults.append(Detail("namespace", "invalid_value", "Must be the name of a namespace."))
    if not _HUB.fullmatch(settings.event_hub_name):
        faults.append(Detail("event_hub_name", "invalid_value", "Must be the name of an event hub."))
    if len(settings.sas_token) > MAXIMUM_TOKEN_CHARACTERS:
        faults.append(Detail("sas_token", "too_long", f"At most {MAXIMUM_TOKEN_CHARACTERS} characters."))
    elif not _is_token(settings.sas_token):
        words = "Must be a shared access signature: SharedAccessSignature sr=…&sig=…&se=…&skn=…"
        faults.append(Detail("sas_token", "invalid_value", words))
    return faults


def _is_token(text: str) -> bool:
    match = _TOKEN.fullmatch(text)
    if match is None:
        return False
    pairs = [field.partition("=") for field in match["fields"].split("&")]
    fields = {name: value for name, _, value in pairs}
    # The client library reads the expiry itself, and fails on what is no number.
    return set(fields) == _NEEDED and len(pairs) == len(fields) and fields["se"].isdecimal()
