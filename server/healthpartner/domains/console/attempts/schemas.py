"""How many attempts there are."""

from msgspec import Struct


class Allowance(Struct, frozen=True):
    """So many attempts at once, and as many again spread over so many seconds."""

    name: str
    attempts: int
    seconds: int


PER_ACCOUNT = Allowance("account", 5, 300)
PER_ADDRESS = Allowance("address", 30, 300)
