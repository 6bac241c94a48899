"""The Partner API from Python: a typed client, verified events, queue consumers."""

from healthpartner_sdk._generated import sent
from healthpartner_sdk.async_client import AsyncHealthPartner, AsyncMemberClient
from healthpartner_sdk.calls import OMITTED, Page, Pagination
from healthpartner_sdk.client import HealthPartner, MemberClient
from healthpartner_sdk.errors import (
    ApiError,
    Conflict,
    ConnectionFailed,
    Detail,
    Forbidden,
    HealthPartnerError,
    InvalidSignature,
    NotFound,
    RateLimited,
    ServerFailed,
    Unauthorized,
    ValidationFailed,
)
from healthpartner_sdk.events import Event, Truncated, Verifier
from healthpartner_sdk.retries import RetryPolicy

__all__ = [
    "OMITTED",
    "ApiError",
    "AsyncHealthPartner",
    "AsyncMemberClient",
    "Conflict",
    "ConnectionFailed",
    "Detail",
    "Event",
    "Forbidden",
    "HealthPartner",
    "HealthPartnerError",
    "InvalidSignature",
    "MemberClient",
    "NotFound",
    "Page",
    "Pagination",
    "RateLimited",
    "RetryPolicy",
    "ServerFailed",
    "Truncated",
    "Unauthorized",
    "ValidationFailed",
    "Verifier",
    "sent",
]
