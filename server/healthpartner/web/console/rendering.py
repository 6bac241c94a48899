"""Templates to HTML, with everything escaped, and the headers that every page of the console carries."""

import hashlib
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from healthpartner.portal import sources
from healthpartner.web.console.navigation import NAVIGATION
from healthpartner.web.console.notices import NOTICES

BASE = "/console"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# Same-origin: the browser then still names the origin of our own forms, and others learn nothing.
HEADERS = (
    ("content-security-policy", POLICY),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("cache-control", "no-store"),
)
SHARED_ASSETS = ("tokens.css", "elements.css", "layout.css", "code.css", "mark.svg", "theme.js")


@cache
def assets() -> dict[str, bytes]:
    """The console's own files and those that it shares with the portal, by name."""
    folder = sources.PORTAL
    own = {path.name: path.read_bytes() for path in sorted((folder / "console" / "assets").glob("*.*"))}
    return {**{name: (folder / "assets" / name).read_bytes() for name in SHARED_ASSETS}, **own}


def asset_url(name: str) -> str:
    """With a version, so that it may be kept for ever."""
    return f"{BASE}/assets/{name}?v={hashlib.sha256(assets()[name]).hexdigest()[:12]}"


def when(instant: datetime | None) -> Markup | str:
    if instant is None:
        return "never"
    at = instant.astimezone(UTC)
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), f"{at:%-d %b %Y, %H:%M} UTC")


def ago(instant: datetime | None, now: datetime) -> Markup | str:
    """How long ago, with the instant itself at hand."""
    if instant is None:
        return "never"
    at = instant.astimezone(UTC)
    text = span((now - at).total_seconds())
    shown = "just now" if text == "0 s" else f"{text} ago"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        at.isoformat(), f"{at:%-d %b %Y, %H:%M} UTC", shown
    )


def span(seconds: float | None) -> str:
    if seconds is None:
        return "none"
    left = max(0, int(seconds))
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if left >= length:
            return f"{left // length} {unit}"
    return f"{left} s"


def day(value: date) -> str:
    return f"{value:%-d %b %Y}"


def number(value: float) -> str:
    return f"{value:,}".replace(",", " ")


def words(name: object) -> Markup:
    """A name such as `aws_sqs` as words."""
    return escape(str(name).replace("_", " ").replace(".", " "))


@cache
def environment() -> Environment:
    made = Environment(
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FileSystemLoader(sources.PORTAL / "console" / "templates"),
    )
    made.globals.update(asset=asset_url, base=BASE, navigation=NAVIGATION, notices=NOTICES)
    made.filters.update(when=when, ago=ago, span=span, day=day, number=number, words=words)
    return made


def render(template: str, shown: dict[str, Any]) -> bytes:
    return environment().get_template(template).render(shown).encode()
