"""What a log line may hold: plain values under harmless names, and errors as types and places.

Secrets and health data are kept out by the name they travel under, by the type of the value, and by leaving out what a
foreign exception or a foreign library says in free text.
"""

import sys
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any
from uuid import UUID

from healthpartner.core.errors import HealthPartnerError

REDACTED = "[redacted]"
_MAXIMUM_DEPTH = 6
_MAXIMUM_FRAMES = 40


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SECRET_NAMES = _words(
    "authorization taih_tenant_key tenant_key api_key apikey key_material private_key master_key cookie set_cookie jwt"
    " credential credentials signature state code_verifier mfa_code username pin otp"
    " url uri query query_string params headers upload_url file_url download_url invite_url oauth_url redirect_uri"
)
_PERSONAL_NAMES = _words(
    "email email_address phone phone_number name full_name first_name last_name display_name filename file_name address"
    " postal_code birthday birth_date date_of_birth dob age sex gender ip client_ip latitude longitude location"
)
_HEALTH_NAMES = _words(
    "value values body data payload content text message messages notes note comment title transcript prompt answer"
    " sample samples systolic diastolic heart_rate resting_heart_rate hrv glucose steps calories weight weight_kg height"
    " height_cm bmi body_fat_percent sleep mood mood_rating energy_level sleep_quality score scores health_score bio_age"
    " condition conditions medication medications allergies diagnosis parameter reference_range result results"
    " statement sql"
)
_FORBIDDEN_NAMES = _SECRET_NAMES | _PERSONAL_NAMES | _HEALTH_NAMES
# Most of what a line holds; anything else is looked at more closely.
_PLAIN_TYPES = frozenset({type(None), bool, int, float, str})
_FORBIDDEN_ENDINGS = ("token", "secret", "secrets", "password", "passphrase", "_api_key", "_signature")

EventDict = MutableMapping[str, Any]


def redact(_logger: Any, _method: str, event_dict: EventDict) -> EventDict:
    """A structlog processor: drop what is named like a secret or a health field, at any depth."""
    for name, value in event_dict.items():
        if name != "exc_info":
            event_dict[name] = REDACTED if _is_forbidden(name) else _plain(value, _MAXIMUM_DEPTH)
    return event_dict


def describe_exception(_logger: Any, _method: str, event_dict: EventDict) -> EventDict:
    """A structlog processor: `exc_info` becomes `exception`, without messages of foreign errors and without locals."""
    exc_info = event_dict.pop("exc_info", None)
    error = exc_info[1] if isinstance(exc_info, tuple) else exc_info
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event_dict["exception"] = list(_described(error, set()))
    return event_dict


def foreign_message(template: str, arguments: Any) -> str:
    """The first line of a library's message with only numbers filled in: texts and objects may quote data."""
    first_line = template.partition("\n")[0]
    if not arguments:
        return first_line
    try:
        return str(first_line % _harmless(arguments))
    except (TypeError, ValueError, KeyError):
        return first_line


@lru_cache(4096)
def _is_forbidden(name: object) -> bool:
    plain_name = str(name).lower().replace("-", "_")
    return plain_name in _FORBIDDEN_NAMES or plain_name.endswith(_FORBIDDEN_ENDINGS)


def _plain(value: Any, depth: int) -> Any:
    if type(value) in _PLAIN_TYPES or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str | UUID | date | timedelta | Decimal | Enum):
        return str(value)
    if isinstance(value, BaseException):
        return _type_name(value)
    if depth and isinstance(value, Mapping):
        return {str(k): REDACTED if _is_forbidden(k) else _plain(v, depth - 1) for k, v in value.items()}
    if depth and isinstance(value, list | tuple | set | frozenset):
        return [_plain(item, depth - 1) for item in value]
    # The text form of any other object is free to quote what it holds.
    return f"<{_type_name(value)}>"


def _harmless(arguments: Any) -> Any:
    if isinstance(arguments, Mapping):
        return {name: value if isinstance(value, int | float) else _Hidden() for name, value in arguments.items()}
    return tuple(value if isinstance(value, int | float) else _Hidden() for value in arguments)


class _Hidden:
    def __str__(self) -> str:
        return "…"

    __repr__ = __str__

    def __int__(self) -> int:
        return 0

    def __float__(self) -> float:
        return 0.0


def _described(error: BaseException, seen: set[int]) -> Iterator[dict[str, Any]]:
    """The error, then what caused it, then the members of a group: each once."""
    if id(error) in seen:
        return
    seen.add(id(error))
    description: dict[str, Any] = {"type": _type_name(error)}
    if isinstance(error, HealthPartnerError):
        description["message"] = error.message
    description["frames"] = [
        f"{_short_path(frame.f_code.co_filename)}:{line}:{frame.f_code.co_name}"
        for frame, line in list(traceback.walk_tb(error.__traceback__))[-_MAXIMUM_FRAMES:]
    ]
    yield description
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _described(cause, seen)
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield from _described(member, seen)


def _type_name(value: object) -> str:
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _short_path(path: str) -> str:
    for marker in ("/site-packages/", "/server/"):
        if marker in path:
            return path.rpartition(marker)[2]
    return path.rpartition("/")[2]
