"""What the event log is read by, and replays: events that are sent again travel in a lane of their own."""

from alembic import op
from tenancy import create_tenant_table

revision = "0012_event_log"
down_revision = "0011_tenant_clocks"


def upgrade() -> None:
    # The log is read newest first, whole or by stream, type or member; ids break ties within an instant.
    op.execute("CREATE INDEX event_of_org_by_time ON event (org_id, occurred_at)")
    op.execute("CREATE INDEX event_of_stream_by_time ON event (org_id, stream, occurred_at, position)")
    op.execute("CREATE INDEX event_of_type_by_time ON event (org_id, type, occurred_at)")
    op.execute("CREATE INDEX event_of_member_by_time ON event (org_id, user_id, occurred_at) WHERE user_id IS NOT NULL")
    op.execute("DROP INDEX event_by_stream")
    op.execute("DROP INDEX event_by_member")
    op.execute("CREATE INDEX delivery_failed_of_org ON delivery (org_id, position) WHERE state = 'failed'")
    # Sent because somebody asked for it. Such deliveries use the lane with shard -1 of their destination.
    op.execute("ALTER TABLE delivery ADD COLUMN requested boolean NOT NULL DEFAULT false")
    # A replay that still has events to give their deliveries, and how far it has come: up to `reached`, and there up
    # to `reached_position`. It belongs to the stream: it goes on with the next destination when the old one is removed.
    create_tenant_table(
        "event_replay",
        """
        org_id uuid NOT NULL REFERENCES org ON DELETE CASCADE,
        replay_id uuid NOT NULL PRIMARY KEY,
        stream text NOT NULL,
        event_type text,
        only_failed boolean NOT NULL,
        end_at timestamptz NOT NULL,
        requested_at timestamptz NOT NULL,
        reached timestamptz NOT NULL,
        reached_position bigint NOT NULL DEFAULT -1
        """,
    )


def downgrade() -> None:
    op.execute("DROP TABLE event_replay")
    op.execute("ALTER TABLE delivery DROP COLUMN requested")
    op.execute("DROP INDEX delivery_failed_of_org")
    op.execute("CREATE INDEX event_by_member ON event (org_id, user_id) WHERE user_id IS NOT NULL")
    op.execute("CREATE INDEX event_by_stream ON event (org_id, stream, position)")
    for index in (
        "event_of_member_by_time",
        "event_of_type_by_time",
        "event_of_stream_by_time",
        "event_of_org_by_time",
    ):
        op.execute(f"DROP INDEX {index}")
