"""What a handler answers with: a page, a way on, or JSON for a script of ours."""

from typing import Any
from urllib.parse import urlencode

from litestar.datastructures import Cookie
from msgspec import Struct


class Page(Struct, frozen=True):
    """A template with what it shows."""

    template: str
    shown: dict[str, Any] = {}
    status: int = 200
    cookies: list[Cookie] = []


class Onward(Struct, frozen=True):
    """To another page of the console; `notice` is the name of a text in `notices.py`."""

    path: str
    notice: str | None = None
    cookies: list[Cookie] = []

    @property
    def location(self) -> str:
        return f"{self.path}?{urlencode({'notice': self.notice})}" if self.notice else self.path


class Json(Struct, frozen=True):
    text: str
    cookies: list[Cookie] = []


Answer = Page | Onward | Json
