"""PostgreSQL: pools, the tenant scope that row-level security enforces, and migrations."""
