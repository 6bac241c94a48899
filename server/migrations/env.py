"""Applies migrations on the connection that `healthpartner.core.db.revisions` hands over."""

import sys
from pathlib import Path

from alembic import context

sys.path.insert(0, str(Path(__file__).parent))

connection = context.config.attributes["connection"]
context.configure(connection=connection, transaction_per_migration=True, version_table="schema_version")
with context.begin_transaction():
    context.run_migrations()
