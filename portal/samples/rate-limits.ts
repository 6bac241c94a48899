// -- patient
/** Waits as long as the platform says, and asks again. */
async function get(path: string, attempts = 5): Promise<Response> {
  const headers = { "taih-tenant-key": process.env.HP_TENANT_KEY! };
  const answer = await fetch(process.env.HP_BASE_URL + path, { headers });
  if (answer.ok) return answer;
  if (![429, 503].includes(answer.status) || attempts <= 1) throw new Error(await answer.text());
  const seconds = Number(answer.headers.get("retry-after"));
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  return get(path, attempts - 1);
}

const { data } = (await (await get("/v1/metrics")).json()) as { data: unknown[] };
console.log(data.length, "metrics");
