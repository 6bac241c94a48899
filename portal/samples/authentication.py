# -- token
import os
import time

import httpx

RENEW_BEFORE = 60


class MemberToken(httpx.Auth):
    """Mints a token for one member, and a new one a minute before it expires."""

    def __init__(self, user_id: str) -> None:
        self.user_id, self.token, self.expires_at = user_id, "", 0.0

    def auth_flow(self, request):
        if time.time() > self.expires_at - RENEW_BEFORE:
            self.renew()
        request.headers["authorization"] = f"Bearer {self.token}"
        yield request

    def renew(self) -> None:
        answer = httpx.post(
            f"{os.environ['HP_BASE_URL']}/v1/auth/token",
            headers={"taih-tenant-key": os.environ["HP_TENANT_KEY"]},
            json={"user_id": self.user_id, "scope": "member:read"},
        )
        minted = answer.raise_for_status().json()["data"]
        self.token, self.expires_at = minted["access_token"], time.time() + minted["expires_in"]


user_id = os.environ["HP_USER_ID"]
member = httpx.Client(base_url=f"{os.environ['HP_BASE_URL']}/v1/users/{user_id}", auth=MemberToken(user_id))
print(member.get("/health-profile").raise_for_status().json()["data"])

# -- rotate
answer = httpx.post(
    f"{os.environ['HP_BASE_URL']}/v1/auth/tenant-key/rotate",
    headers={"taih-tenant-key": os.environ["HP_TENANT_KEY"]},
    json={"grace_period_seconds": 86_400},
)
rotated = answer.raise_for_status().json()["data"]
print("the key in use ends at", rotated["previous_key_expires_at"])
