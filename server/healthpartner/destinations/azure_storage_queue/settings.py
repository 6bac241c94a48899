"""What a partner tells us about an Azure storage queue, and what must hold before anything is sent there."""

import re
from urllib.parse import parse_qsl

from msgspec import Struct

from healthpartner.core.errors import Detail

MAXIMUM_TOKEN_CHARACTERS = 4096

_ACCOUNT = re.compile(r"[a-z0-9]{3,24}")
_QUEUE = re.compile(r"(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*")
# The token goes into the URL as it is, so it holds nothing but a token's own parameters.
_TOKEN = re.compile(r"\??s[a-z]{1,5}=[A-Za-z0-9%:._+/=,-]+(?:&s[a-z]{1,5}=[A-Za-z0-9%:._+/=,-]+)*")
_NEEDED = frozenset({"sv", "sig"})


class AzureStorageQueueSettings(Struct, frozen=True, kw_only=True):
    account_name: str
    queue_name: str
    sas_token: str

    def __repr__(self) -> str:
        return f"AzureStorageQueueSettings(account_name={self.account_name!r}, queue_name={self.queue_name!r})"


def account_url(settings: AzureStorageQueueSettings, endpoint_url: str | None) -> str:
    """Under another endpoint than Azure's, the account is the first part of the path."""
    if endpoint_url is None:
        return f"https://{settings.account_name}.queue.core.windows.net"
    return f"{endpoint_url}/{settings.account_name}"


def find_faults(settings: AzureStorageQueueSettings) -> list[Detail]:
    faults = []
    if not _ACCOUNT.fullmatch(settings.account_name):
        faults.append(Detail("account_name", "invalid_value", "Must be the name of a storage account."))
    if not _QUEUE.fullmatch(settings.queue_name):
        faults.append(Detail("queue_name", "invalid_value", "Must be the name of a queue."))
    if len(settings.sas_token) > MAXIMUM_TOKEN_CHARACTERS:
        faults.append(Detail("sas_token", "too_long", f"At most {MAXIMUM_TOKEN_CHARACTERS} characters."))
    elif not _is_token(settings.sas_token):
        faults.append(Detail("sas_token", "invalid_value", "Must be a shared access signature: sv=…&…&sig=…"))
    return faults


def _is_token(text: str) -> bool:
    names = [name for name, _ in parse_qsl(text.removeprefix("?"))]
    return _TOKEN.fullmatch(text) is not None and set(names) >= _NEEDED and len(names) == len(set(names))
