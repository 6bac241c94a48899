"""Imports every module of the platform, so that all subclasses of a class are known."""

import importlib
import pkgutil
from types import ModuleType
from typing import TypeVar

import healthpartner


def import_everything() -> list[ModuleType]:
    """Every module below `healthpartner`; the code keeps imports free of side effects."""
    names = [module.name for module in pkgutil.walk_packages(healthpartner.__path__, "healthpartner.")]
    return [importlib.import_module(name) for name in sorted(names)]


T = TypeVar("T")


def subclasses(of: type[T]) -> list[type[T]]:
    """All of them, at any depth, each once."""
    found: dict[type[T], None] = {}
    for direct in of.__subclasses__():
        found[direct] = None
        found.update(dict.fromkeys(subclasses(direct)))
    return [each for each in found if each.__module__.startswith("healthpartner.")]
