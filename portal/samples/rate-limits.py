# -- patient
import os
import time

import httpx

platform = httpx.Client(base_url=os.environ["HP_BASE_URL"], headers={"taih-tenant-key": os.environ["HP_TENANT_KEY"]})


def get(path: str, attempts: int = 5) -> httpx.Response:
    """Waits as long as the platform says, and asks again."""
    answer = platform.get(path)
    if answer.status_code not in {429, 503} or attempts <= 1:
        return answer.raise_for_status()
    time.sleep(int(answer.headers["retry-after"]))
    return get(path, attempts - 1)


print(len(get("/v1/metrics").json()["data"]), "metrics")
