"""What a session's token looks like, and how long a session lives."""

import hashlib
import re
import secrets
from datetime import timedelta

LIVES = timedelta(hours=12)
IDLE = timedelta(hours=1)
SEEN_IS_NOTED_EVERY = timedelta(minutes=1)
LONGEST_TOKEN = 100

_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def new_token() -> str:
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """The token has 256 random bits, so one SHA-256 is enough to keep it by."""
    return hashlib.sha256(token.encode()).digest()


def client_name(user_agent: str) -> str:
    """Such as `Firefox on Linux`: enough to recognise one's own device by, and nothing a stranger wrote."""
    browser = next((name for mark, name in _BROWSERS if re.search(rf"{mark}\w*/", user_agent)), "A browser")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), None)
    return f"{browser} on {system}" if system else browser
