const base = process.env.HP_BASE_URL!;
const userId = process.env.HP_USER_ID!;
const minted = await fetch(`${base}/v1/auth/token`, {
  method: "POST",
  headers: { "taih-tenant-key": process.env.HP_TENANT_KEY!, "content-type": "application/json" },
  body: JSON.stringify({ user_id: userId }),
});
const token = ((await minted.json()) as any).data.access_token;
const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };

// -- read
const query = new URLSearchParams({
  start_time: new Date(Date.now() - 7 * 86_400_000).toISOString(),
  end_time: new Date().toISOString(),
  granularity: "one_day",
});
const read = await fetch(`${base}/v1/users/${userId}/metrics/heart_rate/timeseries?${query}`, { headers });
if (!read.ok) throw new Error(await read.text());
const days = ((await read.json()) as { data: any[] }).data;
for (const day of days) console.log(day.start, day.value, day.unit);

// -- write
const readings = [
  { client_id: "meter-4711", start: "2026-03-14T07:30:00Z", value: 98, unit: "mg/dL" },
  { client_id: "meter-4712", start: "2026-03-14T12:10:00Z", value: 131, unit: "mg/dL" },
];
const written = await fetch(`${base}/v1/users/${userId}/metrics/glucose/timeseries`, {
  method: "POST",
  headers,
  body: JSON.stringify({ data: readings }),
});
if (!written.ok) throw new Error(await written.text());
for (const result of ((await written.json()) as { data: any[] }).data) console.log(result.client_id, result.status);
