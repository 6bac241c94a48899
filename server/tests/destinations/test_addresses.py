"""Which addresses a destination may reach."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.destinations.addresses import is_allowed

NEVER = [
    "0.0.0.0",
    "169.254.169.254",
    "224.0.0.1",
    "fe80::1",
    "ff02::1",
    "::",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "168.63.129.16",
    "::ffff:168.63.129.16",
    "192.0.0.192",
    "100.100.100.200",
    "fd00:ec2::254",
    "fd20:ce::254",
]
PRIVATE = ["127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "::1", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1"]
NOT_PUBLIC = [
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "2001:db8::1",
    "fec0::1",
    "::10.0.0.1",
]
NOT_PUBLIC += ["::ffff:0:10.0.0.1", "64:ff9b:1::a00:1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"]
PUBLIC = ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]


@pytest.mark.parametrize("text", NEVER + PRIVATE + NOT_PUBLIC)
def test_an_address_that_is_not_public_is_refused(text: str) -> None:
    assert not is_allowed(ip_address(text), private_allowed=False)


@pytest.mark.parametrize("text", NEVER)
def test_link_local_group_and_cloud_addresses_are_refused_even_where_private_ones_are_allowed(text: str) -> None:
    assert not is_allowed(ip_address(text), private_allowed=True)


@pytest.mark.parametrize("text", PRIVATE + PUBLIC)
def test_private_addresses_can_be_allowed(text: str) -> None:
    assert is_allowed(ip_address(text), private_allowed=True)


@pytest.mark.parametrize("text", PUBLIC)
def test_a_public_address_is_allowed(text: str) -> None:
    assert is_allowed(ip_address(text), private_allowed=False)


@given(address=st.ip_addresses(v=4))
def test_an_ipv4_address_in_any_ipv6_dress_is_judged_as_itself(address: IPv4Address) -> None:
    dressed = [f"::ffff:{address}", f"64:ff9b::{address}", str(IPv6Address((0x2002 << 112) | (int(address) << 80)))]

    judged = {is_allowed(ip_address(text), private_allowed=False) for text in dressed}

    assert judged == {is_allowed(address, private_allowed=False)}
