"""The secret that signs events: rotated here, shown once, on the page that answers."""

from healthpartner.domains.console.permissions.schemas import Action
from healthpartner.domains.tenants.signing import service as signing
from healthpartner.web.console.answers import Answer, Page
from healthpartner.web.console.door import change, page
from healthpartner.web.console.fields import grace_of
from healthpartner.web.console.visit import Visit


@page("/signing-secret", Action.SEE_SIGNING_SECRET)
async def signing_secret_page(visit: Visit) -> Answer:
    return Page("signing_secret.html", {"secrets": await signing.list_active(visit.uow)})


@change("/signing-secret", Action.ROTATE_SIGNING_SECRET, again=signing_secret_page)
async def rotate_signing_secret(visit: Visit) -> Answer:
    own = visit.form.get("own_secret", "").strip()
    given = signing.parse_given(own) if own else None
    rotation = await signing.rotate(visit.uow, visit.platform.keyring, grace_of(visit), given)
    return Page("signing_secret_shown.html", {"rotation": rotation})
