# -- member
import os
import time

import httpx

platform = httpx.Client(base_url=os.environ["HP_BASE_URL"], headers={"taih-tenant-key": os.environ["HP_TENANT_KEY"]})
asked = {"persona": "shift_worker", "seed": 42, "months": 6}
made = platform.post("/v1/sandbox/members", json=asked).raise_for_status().json()["data"]

minted = platform.post("/v1/auth/token", json={"user_id": made["user_id"]}).raise_for_status().json()["data"]
member = httpx.Client(
    base_url=f"{os.environ['HP_BASE_URL']}/v1/users/{made['user_id']}",
    headers={"authorization": f"Bearer {minted['access_token']}"},
)
while (job := member.get(f"/jobs/{made['job_id']}").raise_for_status().json()["data"])["status"] != "completed":
    time.sleep(1)
print(job["result"])

# -- clock
moved = platform.post("/v1/sandbox/clock/advance", json={"seconds": 86_400}).raise_for_status().json()["data"]
print(moved["now"], moved["events_recorded"])

# -- fault
switched = platform.put("/v1/sandbox/queues/device_data/fault", json={"fault": "throttled"})
print("on" if switched.is_success else switched.json()["error"]["code"])
