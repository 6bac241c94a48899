"""Name resolution that cannot be turned against us: a name is resolved once per connection, every address is checked,
and the connection goes to the very addresses that were checked.
"""

import ipaddress
import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from healthpartner.destinations.addresses import is_allowed


class AddressRefused(Exception):
    """The host's name leads to an address that webhooks may not reach."""


class CheckedResolver(AbstractResolver):
    """Refuses a name if any of its addresses is not allowed: an attacker could otherwise mix one in."""

    def __init__(self, *, private_allowed: bool, resolver: AbstractResolver | None = None) -> None:
        self._private_allowed = private_allowed
        self._resolver = resolver or ThreadedResolver()

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        for result in found:
            address = ipaddress.ip_address(result["host"].partition("%")[0])
            if not is_allowed(address, private_allowed=self._private_allowed):
                raise AddressRefused
        return found

    async def close(self) -> None:
        await self._resolver.close()
