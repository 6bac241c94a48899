"""Tenant keys: made, rotated and revoked; a secret is shown once, on the page that answers."""

from uuid import UUID

from healthpartner.core.errors import NotFound, invalid
from healthpartner.core.pagination import PageRequest
from healthpartner.domains.console.permissions.schemas import Action
from healthpartner.domains.tenants.keys import service as tenant_keys
from healthpartner.domains.tenants.keys.schemas import TenantKey
from healthpartner.web.console.answers import Answer, Onward, Page
from healthpartner.web.console.door import change, page
from healthpartner.web.console.fields import grace_of
from healthpartner.web.console.visit import Visit

KEYS = "/console/keys"
LONGEST_NAME = 100
MOST_SHOWN = 200


async def _all(visit: Visit) -> list[TenantKey]:
    keys, _ = await tenant_keys.list_keys(visit.uow, None, PageRequest(MOST_SHOWN), include_revoked=True)
    return keys


async def _known(visit: Visit) -> TenantKey:
    key_id: UUID = visit.path("key_id")
    for key in await _all(visit):
        if key.id == key_id:
            return key
    raise NotFound("There is no such key.")


@page("/keys", Action.SEE_KEYS)
async def keys_page(visit: Visit) -> Answer:
    return Page("keys.html", {"keys": await _all(visit)})


@change("/keys", Action.CREATE_KEY, again=keys_page)
async def create_key(visit: Visit) -> Answer:
    name = visit.form.get("name", "").strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise invalid("name", "invalid_value", f"A name of at most {LONGEST_NAME} characters.")
    made = await tenant_keys.create(visit.uow, name, visit.platform.settings.deployment.key_prefix)
    return Page("key_shown.html", {"name": name, "secret": made.secret, "old_ends": None})


@page("/keys/{key_id:uuid}/rotate", Action.ROTATE_KEY)
async def rotate_key_page(visit: Visit) -> Answer:
    return Page("key_rotate.html", {"key": await _known(visit)})


@change("/keys/{key_id:uuid}/rotate", Action.ROTATE_KEY, again=rotate_key_page)
async def rotate_key(visit: Visit) -> Answer:
    key = await _known(visit)
    prefix = visit.platform.settings.deployment.key_prefix
    made = await tenant_keys.rotate(visit.uow, key.id, grace_of(visit), prefix)
    shown = {"name": key.name, "secret": made.new_tenant_api_key, "old_ends": made.previous_key_expires_at}
    return Page("key_shown.html", shown)


@page("/keys/{key_id:uuid}/revoke", Action.REVOKE_KEY)
async def revoke_key_page(visit: Visit) -> Answer:
    return Page("key_revoke.html", {"key": await _known(visit)})


@change("/keys/{key_id:uuid}/revoke", Action.REVOKE_KEY, again=revoke_key_page)
async def revoke_key(visit: Visit) -> Answer:
    await tenant_keys.revoke(visit.uow, None, visit.path("key_id"))
    return Onward(KEYS, "key_revoked")
