// -- twice
const key = crypto.randomUUID();

for (const attempt of ["first", "second"]) {
  const answer = await fetch(`${process.env.HP_BASE_URL}/v1/users`, {
    method: "POST",
    headers: {
      "Idempotency-Key": key,
      "taih-tenant-key": process.env.HP_TENANT_KEY!,
      "content-type": "application/json",
    },
    body: JSON.stringify({ first_name: "Kim", external_id: "patient-18" }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  console.log(attempt, await answer.json(), answer.headers.get("idempotency-replayed"));
}
