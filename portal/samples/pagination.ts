// -- all
type Page = { data: any[]; pagination: { next_cursor?: string | null } };

async function* rows(path: string) {
  const query = new URLSearchParams({ limit: "100" });
  for (;;) {
    const headers = { "taih-tenant-key": process.env.HP_TENANT_KEY! };
    const answer = await fetch(`${process.env.HP_BASE_URL}${path}?${query}`, { headers });
    if (!answer.ok) throw new Error(await answer.text());
    const page = (await answer.json()) as Page;
    yield* page.data;
    if (!page.pagination.next_cursor) return;
    query.set("cursor", page.pagination.next_cursor);
  }
}

for await (const entry of rows("/v1/admin/org/audit-log")) console.log(entry.occurred_at, entry.action);
