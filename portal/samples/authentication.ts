// -- token
const base = process.env.HP_BASE_URL!;
const tenant = { "taih-tenant-key": process.env.HP_TENANT_KEY!, "content-type": "application/json" };

/** Mints a token for one member, and a new one a minute before it expires. */
class MemberToken {
  #token = "";
  #expiresAt = 0;
  constructor(readonly userId: string) {}

  async header() {
    if (Date.now() > this.#expiresAt - 60_000) await this.#renew();
    return { authorization: `Bearer ${this.#token}` };
  }

  async #renew() {
    const body = JSON.stringify({ user_id: this.userId, scope: "member:read" });
    const answer = await fetch(`${base}/v1/auth/token`, { method: "POST", headers: tenant, body });
    if (!answer.ok) throw new Error(await answer.text());
    const { data } = (await answer.json()) as { data: { access_token: string; expires_in: number } };
    this.#token = data.access_token;
    this.#expiresAt = Date.now() + data.expires_in * 1000;
  }
}

const token = new MemberToken(process.env.HP_USER_ID!);
const profile = await fetch(`${base}/v1/users/${token.userId}/health-profile`, { headers: await token.header() });
if (!profile.ok) throw new Error(await profile.text());
console.log(await profile.json());

// -- rotate
const rotated = await fetch(`${base}/v1/auth/tenant-key/rotate`, {
  method: "POST",
  headers: tenant,
  body: JSON.stringify({ grace_period_seconds: 86_400 }),
});
if (!rotated.ok) throw new Error(await rotated.text());
const { data } = (await rotated.json()) as { data: { previous_key_expires_at: string } };
console.log("the key in use ends at", data.previous_key_expires_at);
