from healthpartner.core.db.pool import Database

# Tables that no tenant owns, each with the reason. Adding one is a decision about what crosses tenants.
WITHOUT_TENANT = {
    "schema_version": "which migrations have run",
    "rate_bucket": "digests of credentials and what they may still spend; read before the tenant is known",
    "console_challenge": "random challenges of passkeys, each good once for minutes; made before anyone has signed in",
    "token_key": "keys that sign every tenant's member tokens; private halves are sealed",
}
# The job library's own tables: jobs carry ids only, and run with the tenant's scope.
JOB_TABLES = "pgqueuer"

TABLES = """
SELECT c.relname AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
       EXISTS (SELECT FROM pg_attribute a
               WHERE a.attrelid = c.oid AND a.attname = 'org_id' AND NOT a.attisdropped AND a.attnotnull) AS scoped,
       ARRAY(SELECT p.polname::text FROM pg_policy p WHERE p.polrelid = c.oid ORDER BY 1) AS policies
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
ORDER BY 1
"""

PREDICATES = """
SELECT c.relname AS name, pg_get_expr(p.polqual, p.polrelid) AS seen, pg_get_expr(p.polwithcheck, p.polrelid) AS written
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE p.polname = 'tenant'
"""


async def test_every_table_of_a_tenant_is_closed_without_a_scope(database: Database) -> None:
    tables = await database.system.fetch(TABLES)
    scoped = [table for table in tables if table["scoped"]]
    assert len(scoped) > 5
    for table in scoped:
        assert table["enabled"], table["name"]
        assert table["forced"], table["name"]
        assert table["policies"] == ["system", "tenant"], table["name"]


async def test_every_tenant_policy_compares_the_tenant_both_ways(database: Database) -> None:
    for policy in await database.system.fetch(PREDICATES):
        for predicate in (policy["seen"], policy["written"]):
            assert "org_id = " in predicate, policy["name"]
            assert "hp.org_id" in predicate, policy["name"]


async def test_every_table_without_a_tenant_has_a_reason(database: Database) -> None:
    tables = await database.system.fetch(TABLES)
    unscoped = {table["name"] for table in tables if not table["scoped"]}
    assert {name for name in unscoped if not name.startswith(JOB_TABLES)} == WITHOUT_TENANT.keys()


async def test_the_role_of_requests_can_neither_own_nor_bypass(database: Database) -> None:
    role = await database.system.fetchrow(
        "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = 'healthpartner_app'"
    )
    owned = await database.system.fetchval(
        "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = 'healthpartner_app'"
    )
    assert (role["rolsuper"], role["rolbypassrls"], owned) == (False, False, 0)
