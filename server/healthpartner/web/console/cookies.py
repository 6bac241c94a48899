"""The console's two cookies: the session, and the visit that forms are tied to before there is a session."""

import re
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie

from litestar.datastructures import Cookie
from msgspec import Struct

PLAIN = re.compile(r"[A-Za-z0-9_-]{1,100}")


class Cookies(Struct, frozen=True):
    """`secure`: the site is reached over HTTPS, so the browser binds the cookies to exactly this host."""

    secure: bool

    @property
    def session(self) -> str:
        return "__Host-hp_session" if self.secure else "hp_session"

    @property
    def visit(self) -> str:
        return "__Host-hp_visit" if self.secure else "hp_visit"

    def set(self, name: str, value: str) -> Cookie:
        """Ends with the browser's session; the server decides how long it is good."""
        return Cookie(key=name, value=value, httponly=True, secure=self.secure, samesite="lax")

    def clear(self, name: str) -> Cookie:
        return Cookie(key=name, value="", max_age=0, httponly=True, secure=self.secure, samesite="lax")


def read(header: str | None) -> Mapping[str, str]:
    """The cookies of a request, those alone that we could have set."""
    try:
        found = SimpleCookie(header or "")
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in found.items() if PLAIN.fullmatch(morsel.value)}
