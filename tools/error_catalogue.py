"""The catalogue of error codes: every class, its status and the messages it answers with by default."""

from typing import Any

from healthpartner.core.errors import HealthPartnerError
from tools.source_modules import subclasses


class AmbiguousCode(ValueError):
    """Two classes claim the same code."""


def catalogue() -> dict[str, Any]:
    """`{"errors": [{"code", "status", "messages"}, …]}`, sorted by code; needs all modules imported."""
    classes = subclasses(HealthPartnerError)
    check_codes(classes)
    by_code: dict[str, dict[str, Any]] = {}
    for error in classes:
        entry = by_code.setdefault(error.code, {"code": error.code, "status": error.status, "messages": set()})
        entry["messages"].add(message_of(error))
    return {"errors": [{**by_code[code], "messages": sorted(by_code[code]["messages"])} for code in sorted(by_code)]}


def message_of(error: type[HealthPartnerError]) -> str:
    """A class's own docstring, on one line, or the next one up."""
    return " ".join((error.__doc__ or message_of(error.__bases__[0])).split())


def check_codes(classes: list[type[HealthPartnerError]]) -> None:
    """A code has one status; a class that states a code is the only one to state it."""
    stated: dict[str, type[HealthPartnerError]] = {}
    statuses: dict[str, int] = {}
    for error in classes:
        if statuses.setdefault(error.code, error.status) != error.status:
            raise AmbiguousCode(f"{error.__qualname__}: {error.code} is already {statuses[error.code]}")
        if "code" in vars(error) and stated.setdefault(error.code, error) is not error:
            raise AmbiguousCode(f"{error.__qualname__} and {stated[error.code].__qualname__} both state {error.code}")
