# -- all
import os
from collections.abc import Iterator

import httpx

platform = httpx.Client(base_url=os.environ["HP_BASE_URL"], headers={"taih-tenant-key": os.environ["HP_TENANT_KEY"]})


def rows(path: str) -> Iterator[dict]:
    cursor = None
    while True:
        answer = platform.get(path, params={"limit": 100} | ({"cursor": cursor} if cursor else {}))
        page = answer.raise_for_status().json()
        yield from page["data"]
        cursor = page["pagination"].get("next_cursor")
        if not cursor:
            return


for entry in rows("/v1/admin/org/audit-log"):
    print(entry["occurred_at"], entry["action"])
