import os

import httpx

minted = httpx.post(
    f"{os.environ['HP_BASE_URL']}/v1/auth/token",
    headers={"taih-tenant-key": os.environ["HP_TENANT_KEY"]},
    json={"user_id": os.environ["HP_USER_ID"]},
)
member = httpx.Client(
    base_url=f"{os.environ['HP_BASE_URL']}/v1/users/{os.environ['HP_USER_ID']}",
    headers={"authorization": f"Bearer {minted.json()['data']['access_token']}"},
    event_hooks={"response": [httpx.Response.raise_for_status]},
)

# -- read
from datetime import UTC, datetime, timedelta

now = datetime.now(UTC)
window = {"start_time": (now - timedelta(days=7)).isoformat(), "end_time": now.isoformat()}
days = member.get("/metrics/heart_rate/timeseries", params=window | {"granularity": "one_day"}).json()["data"]
for day in days:
    print(day["start"], day["value"], day["unit"])

# -- write
readings = [
    {"client_id": "meter-4711", "start": "2026-03-14T07:30:00Z", "value": 98, "unit": "mg/dL"},
    {"client_id": "meter-4712", "start": "2026-03-14T12:10:00Z", "value": 131, "unit": "mg/dL"},
]
for result in member.post("/metrics/glucose/timeseries", json={"data": readings}).json()["data"]:
    print(result["client_id"], result["status"])
