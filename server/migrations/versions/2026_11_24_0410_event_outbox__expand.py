"""The outbox: events, the destinations they go to, one delivery per event and destination, one row per attempt."""

from alembic import op
from tenancy import create_tenant_table

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # An event waits with `routed = false` while its stream has no destination. `position` is its place in the
    # stream; erasure removes a member's events, so `user_id` needs no reference that would hold the member back.
    create_tenant_table(
        "event",
        """
        position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        org_id uuid NOT NULL REFERENCES org ON DELETE CASCADE,
        event_id uuid NOT NULL UNIQUE,
        stream text NOT NULL,
        type text NOT NULL,
        user_id uuid,
        occurred_at timestamptz NOT NULL,
        body text NOT NULL,
        routed boolean NOT NULL DEFAULT false
        """,
    )
    op.execute("CREATE INDEX event_unrouted ON event (org_id, stream, position) WHERE NOT routed")
    op.execute("CREATE INDEX event_by_stream ON event (org_id, stream, position)")
    op.execute("CREATE INDEX event_by_member ON event (org_id, user_id) WHERE user_id IS NOT NULL")
    op.execute("CREATE INDEX event_by_time ON event (occurred_at)")
    # The settings can hold credentials; `public_settings` is what is shown of them.
    create_tenant_table(
        "destination",
        """
        org_id uuid NOT NULL REFERENCES org ON DELETE CASCADE,
        destination_id uuid NOT NULL PRIMARY KEY,
        stream text NOT NULL,
        type text NOT NULL,
        shards smallint NOT NULL,
        settings_ciphertext bytea NOT NULL,
        public_settings jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        UNIQUE (org_id, stream)
        """,
    )
    # A destination is served in lanes, each leased by one worker at a time: what one member's events need to stay
    # in order, what bounds the sends in flight to one destination, and what lets workers share one destination.
    # `failures` counts batches in a row without any success.
    create_tenant_table(
        "delivery_lane",
        """
        lane_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        org_id uuid NOT NULL,
        destination_id uuid NOT NULL REFERENCES destination ON DELETE CASCADE,
        shard smallint NOT NULL,
        lease_token uuid,
        lease_until timestamptz,
        served_at timestamptz,
        delivered_at timestamptz,
        failures integer NOT NULL DEFAULT 0,
        UNIQUE (destination_id, shard)
        """,
    )
    # `next_at` is -infinity until the first attempt: what was never tried goes in the order of recording, whatever
    # the clocks of the servers that recorded it. A delivery outlives its destination as history, hence no reference.
    # A failed one is superseded when its event is sent again.
    create_tenant_table(
        "delivery",
        """
        delivery_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        org_id uuid NOT NULL,
        position bigint NOT NULL REFERENCES event ON DELETE CASCADE,
        destination_id uuid NOT NULL,
        lane_id bigint NOT NULL,
        state text NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'delivered', 'failed', 'superseded')),
        attempts smallint NOT NULL DEFAULT 0,
        next_at timestamptz NOT NULL DEFAULT '-infinity',
        created_at timestamptz NOT NULL,
        finished_at timestamptz
        """,
    )
    op.execute("CREATE INDEX delivery_due ON delivery (lane_id, next_at, delivery_id) WHERE state = 'due'")
    op.execute("CREATE INDEX delivery_failed ON delivery (destination_id, finished_at) WHERE state = 'failed'")
    op.execute("CREATE INDEX delivery_by_event ON delivery (position)")
    create_tenant_table(
        "delivery_attempt",
        """
        org_id uuid NOT NULL,
        delivery_id bigint NOT NULL REFERENCES delivery ON DELETE CASCADE,
        attempt smallint NOT NULL,
        attempted_at timestamptz NOT NULL,
        outcome text NOT NULL,
        provider_message text,
        provider_message_id text,
        latency_ms integer NOT NULL,
        thin boolean NOT NULL DEFAULT false,
        PRIMARY KEY (delivery_id, attempt)
        """,
    )


def downgrade() -> None:
    for table in ("delivery_attempt", "delivery", "delivery_lane", "destination", "event"):
        op.execute(f"DROP TABLE {table} CASCADE")
