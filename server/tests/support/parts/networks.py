"""Network namespaces of Linux: hosts with an address and a cable of their own, on one machine."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from tests.support.parts.processes import installed

# A private network that is hardly anybody's; what both hosts reach is on the loopback device of this machine.
SERVICES = "10.231.0.1"


class Host:
    """A namespace that reaches this machine by one cable."""

    def __init__(self, number: int) -> None:
        self.name = f"hp{os.getpid()}n{number}"
        self.address, self._gateway = f"10.231.{number}.2", f"10.231.{number}.1"
        self._here, self._there = f"hp{number}h{os.getpid()}", f"hp{number}t{os.getpid()}"

    def command(self, *program: str) -> list[str]:
        """What runs a program there."""
        return [installed("ip"), "netns", "exec", self.name, *program]

    def cut_off(self) -> None:
        _ip("link", "set", self._here, "down")

    def make(self) -> None:
        _ip("netns", "add", self.name)
        _ip("link", "add", self._here, "type", "veth", "peer", "name", self._there, "netns", self.name)
        _ip("address", "add", f"{self._gateway}/24", "dev", self._here)
        _ip("link", "set", self._here, "up")
        inside = ("netns", "exec", self.name, "ip")
        _ip(*inside, "address", "add", f"{self.address}/24", "dev", self._there)
        _ip(*inside, "link", "set", "lo", "up")
        _ip(*inside, "link", "set", self._there, "up")
        _ip(*inside, "route", "add", "default", "via", self._gateway)

    def remove(self) -> None:
        with suppress(subprocess.CalledProcessError):
            _ip("netns", "delete", self.name)


@contextmanager
def two_hosts() -> Iterator[tuple[Host, Host]]:
    """Both reach `SERVICES`, each by its own cable; they do not reach each other."""
    if os.geteuid() != 0:
        pytest.skip("network namespaces need root")
    installed("ip")
    with ExitStack() as stack:
        try:
            _ip("address", "add", f"{SERVICES}/32", "dev", "lo")
            stack.callback(_ip, "address", "delete", f"{SERVICES}/32", "dev", "lo")
            hosts = Host(1), Host(2)
            for host in hosts:
                stack.callback(host.remove)
                host.make()
        except subprocess.CalledProcessError as refused:
            pytest.skip(f"this machine makes no network namespaces: {refused.stderr.strip()}")
        yield hosts


def _ip(*arguments: str) -> None:
    subprocess.run([installed("ip"), *arguments], check=True, capture_output=True, text=True, timeout=30)
