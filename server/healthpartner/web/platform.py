"""Everything that a process needs to serve requests, made once at start."""

from dataclasses import dataclass

from healthpartner.core.clock import Clock
from healthpartner.core.config import Settings
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from healthpartner.destinations.contract import DestinationContext
from healthpartner.domains.auth.tokens import TokenIssuer
from healthpartner.gateways.files.contract import FileStore
from healthpartner.web.usage import UsageCounter


@dataclass(frozen=True)
class Platform:
    settings: Settings
    database: Database
    clock: Clock
    keyring: Keyring
    tokens: TokenIssuer
    files: FileStore
    destinations: DestinationContext
    usage: UsageCounter
