"""How destinations fare: failures in a row, the circuit that they open, and pauses that partners ask for."""

from alembic import op
from tenancy import create_tenant_table

revision = "0013_destination_health"
down_revision = "0012_event_log"


def upgrade() -> None:
    # A destination that has never failed and was never paused has no row. There is no reference to it: workers note
    # failures while they hold a lane, and must not wait for a removal that waits for the lane. `probe_at` is set while
    # the circuit is open. `notices` are told to the partner by a worker, and then emptied.
    create_tenant_table(
        "destination_health",
        """
        org_id uuid NOT NULL REFERENCES org ON DELETE CASCADE,
        destination_id uuid NOT NULL PRIMARY KEY,
        failures integer NOT NULL DEFAULT 0,
        failing_since timestamptz,
        outcome text,
        probe_at timestamptz,
        exhausted_at timestamptz,
        paused_at timestamptz,
        resumed_at timestamptz,
        notices text[] NOT NULL DEFAULT '{}'
        """,
    )
    op.execute("CREATE INDEX destination_health_with_notices ON destination_health (org_id) WHERE notices <> '{}'")


def downgrade() -> None:
    op.execute("DROP TABLE destination_health")
