"""${message}

Name the file YYYY_MM_DD_HHMM_<slug>__expand.py (additive, safe while the previous release runs) or
__contract.py (removes what no running release uses). Keep locks short: the runner sets a lock timeout
of 4 s and a statement timeout of 60 s, so that a migration fails instead of queueing every request
behind it. A tenant table is made with `create_tenant_table`, never without its policies.
"""

from alembic import op
from tenancy import create_tenant_table

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
