"""The configuration page and `.env.example`, made from the settings classes."""

import dataclasses
import importlib
import typing
from collections.abc import Iterator
from typing import Any

import annotated_types
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from healthpartner.core.config import Settings

HEAD = """# Configuration

<!-- Made from the settings classes by `make docs`; change it there. -->

Every setting is an environment variable, read and checked once, at start. A wrong value ends the start with a line that
names the variable. None is needed to try the platform: `make run` works without any. In production
(`HP_ENVIRONMENT=production`) the keys, the database and an `https://` public address must be given.
"""

ENV_HEAD = """# Made from the settings classes by `make docs`. Every line shows the default; uncomment what you change.
# `set -a; . ./.env; set +a` puts the file into the environment of a shell.
"""


def configuration_page() -> str:
    parts = [HEAD]
    for concern in _concerns():
        parts += [
            f"\n## {_title(concern)}\n\n{_introduction(concern)}\n\n",
            "| variable | default | allowed | what it is |\n|---|---|---|---|\n",
            *(_row(concern, name, field) for name, field in concern.model_fields.items()),
        ]
    return "".join(parts)


def env_example() -> str:
    parts = [ENV_HEAD]
    for concern in _concerns():
        parts.append(f"\n# {_title(concern)}: {_introduction(concern)}\n")
        for name, field in concern.model_fields.items():
            parts.append(f"\n# {field.description}\n# {variable(concern, name)}={_plain(field)}\n")
    return "".join(parts)


def _concerns() -> Iterator[type[BaseSettings]]:
    hints = typing.get_type_hints(Settings)
    for field in dataclasses.fields(Settings):
        yield hints[field.name]


def _title(concern: type[BaseSettings]) -> str:
    name = concern.__name__.removesuffix("Settings")
    return "HTTP" if name == "Http" else name


def _introduction(concern: type[BaseSettings]) -> str:
    return " ".join((importlib.import_module(concern.__module__).__doc__ or "").split())


def variable(concern: type[BaseSettings], name: str) -> str:
    """The environment variable of a field."""
    return f"{concern.model_config.get('env_prefix', '')}{name}".upper()


def _row(concern: type[BaseSettings], name: str, field: FieldInfo) -> str:
    shown = _plain(field)
    default = f"`{shown}`" if shown else "none"
    return f"| `{variable(concern, name)}` | {default} | {_allowed(field)} | {field.description} |\n"


def _plain(field: FieldInfo) -> str:
    value = field.default
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _allowed(field: FieldInfo) -> str:
    members = typing.get_args(field.annotation) if typing.get_origin(field.annotation) is typing.Literal else ()
    return ", ".join([*(f"`{member}`" for member in members), *(_bound(limit) for limit in field.metadata)])


def _bound(limit: Any) -> str:
    match limit:
        case annotated_types.Ge(bound):
            return f"at least {bound}"
        case annotated_types.Gt(bound):
            return f"more than {bound}"
        case annotated_types.Le(bound):
            return f"at most {bound}"
        case annotated_types.Lt(bound):
            return f"less than {bound}"
        case _:
            return str(limit)
