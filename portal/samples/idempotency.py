# -- twice
import os
import uuid

import httpx

platform = httpx.Client(base_url=os.environ["HP_BASE_URL"], headers={"taih-tenant-key": os.environ["HP_TENANT_KEY"]})
key = str(uuid.uuid4())

for attempt in ("first", "second"):
    answer = platform.post(
        "/v1/users",
        headers={"Idempotency-Key": key},
        json={"first_name": "Kim", "external_id": "patient-18"},
    )
    print(attempt, answer.raise_for_status().json(), answer.headers.get("idempotency-replayed"))
