"""Which network addresses a destination may reach. A partner chooses the host name, and with it the address, so every
address is checked: otherwise a destination would be a way into the network that this server stands in.
"""

import ipaddress
from ipaddress import IPv4Address, IPv6Address

Address = IPv4Address | IPv6Address

# Where clouds hand out credentials and configuration to their machines, beside link-local addresses: AWS and Google over
# IPv6, Oracle, Alibaba, and Azure at an address that looks public.
_CLOUD_SERVICES = frozenset(
    ipaddress.ip_address(text)
    for text in ("fd00:ec2::254", "fd20:ce::254", "192.0.0.192", "100.100.100.200", "168.63.129.16")
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def is_allowed(address: Address, *, private_allowed: bool) -> bool:
    """Public unicast addresses; this machine and private networks too where the deployment allows them. Link-local
    ones and those of a cloud's own services never: cloud machines are given credentials there.
    """
    inner = _carried(address)
    if inner is not None:
        return is_allowed(inner, private_allowed=private_allowed)
    if address.is_multicast or address.is_unspecified or address.is_link_local or address in _CLOUD_SERVICES:
        return False
    if private_allowed and (address.is_loopback or address.is_private):
        return True
    if isinstance(address, IPv6Address) and address.is_site_local:
        return False
    return address.is_global and not address.is_reserved


def literal(host: str) -> Address | None:
    """The address that a URL's host spells out, or None when it is a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _carried(address: Address) -> IPv4Address | None:
    """The IPv4 address inside an IPv6 one, which is where the connection would end up."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour
