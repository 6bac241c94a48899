"""What every tenant table gets: forced row-level security, and the two roles' policies and grants."""

from alembic import op


def protect(table: str) -> None:
    """Default deny without a scope; with one, only the rows of that tenant. The system role serves all tenants."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY tenant ON {table} TO healthpartner_app "
        "USING (org_id = nullif(current_setting('hp.org_id', true), '')::uuid) "
        "WITH CHECK (org_id = nullif(current_setting('hp.org_id', true), '')::uuid)"
    )
    op.execute(f"CREATE POLICY system ON {table} TO healthpartner_system USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO healthpartner_app, healthpartner_system")


def create_tenant_table(name: str, columns: str) -> None:
    op.execute(f"CREATE TABLE {name} ({columns})")
    protect(name)
