// -- member
const base = process.env.HP_BASE_URL!;
const platform = { "taih-tenant-key": process.env.HP_TENANT_KEY!, "content-type": "application/json" };

async function post(path: string, body: object): Promise<any> {
  const answer = await fetch(base + path, { method: "POST", headers: platform, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return ((await answer.json()) as any).data;
}

const made = await post("/v1/sandbox/members", { persona: "shift_worker", seed: 42, months: 6 });
const { access_token: token } = await post("/v1/auth/token", { user_id: made.user_id });

let job: any;
do {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const answer = await fetch(`${base}/v1/users/${made.user_id}/jobs/${made.job_id}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  job = ((await answer.json()) as any).data;
} while (job.status !== "completed");
console.log(job.result);

// -- clock
const moved = await post("/v1/sandbox/clock/advance", { seconds: 86_400 });
console.log(moved.now, moved.events_recorded);

// -- fault
const switched = await fetch(`${base}/v1/sandbox/queues/device_data/fault`, {
  method: "PUT",
  headers: platform,
  body: JSON.stringify({ fault: "throttled" }),
});
console.log(switched.ok ? "on" : ((await switched.json()) as any).error.code);
