"""Chance that can be repeated: the same names and numbers draw the same values, on any machine."""

import hashlib

import numpy as np

_PRECISION = 8


class Chance:
    """A person's luck. Every question names what it is about, so that a new question changes no older answer."""

    def __init__(self, persona: str, seed: int) -> None:
        self._root = f"{persona}/{seed}"

    def of(self, about: str, number: int = 0) -> np.random.Generator:
        digest = hashlib.blake2b(f"{self._root}/{about}/{number}".encode(), digest_size=16).digest()
        return np.random.Generator(np.random.PCG64(int.from_bytes(digest)))

    def drift(self, about: str, day: int, span_days: int) -> float:
        """About -1 to 1, wandering smoothly: a new normal value every `span_days`, cosine in between."""
        first, place = divmod(day, span_days)
        before, after = (float(self.of(about, index).standard_normal()) for index in (first, first + 1))
        weight = (1 - np.cos(np.pi * place / span_days)) / 2
        return round(float(before + (after - before) * weight) / 2, _PRECISION)
