"""A change must come from a page of ours: the browser says so, and the form carries a token tied to the cookie.

The token is made from the cookie's secret value, which pages of others can neither read nor set: nothing is stored.
"""

import base64
import hashlib
import hmac

from healthpartner.core.errors import Forbidden
from healthpartner.domains.console.passkeys.schemas import Site

FIELD = "form_token"
HEADER = b"x-form-token"


class Forged(Forbidden):
    """This form is not current any more. Go back, load the page again and send it once more."""


def token_for(secret: str) -> str:
    """`secret`: the value of the session's or the visit's cookie."""
    made = hmac.digest(secret.encode(), b"console form", hashlib.sha256)
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def check(secret: str | None, given: str | None, site: Site, headers: dict[str, str | None]) -> None:
    """`headers`: what the browser says of where the request comes from, `sec-fetch-site` and `origin`."""
    fetched, origin = headers["sec-fetch-site"], headers["origin"]
    if fetched is None and origin is None:
        raise Forged
    if fetched not in {None, "same-origin"} or origin not in {None, site.origin}:
        raise Forged
    if not secret or not given or not hmac.compare_digest(token_for(secret).encode(), given.encode()):
        raise Forged
