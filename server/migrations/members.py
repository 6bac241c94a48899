"""Data of members changed after the schema: a member at a time, for there may be years of many."""

from alembic import op
from sqlalchemy import text

# The statements come after the lock: one that waits for it would not see what was written meanwhile.
NEXT = """
CREATE OR REPLACE FUNCTION pg_temp.change_next_member(INOUT its_org uuid, INOUT its_user uuid) LANGUAGE plpgsql AS $$
BEGIN
    SELECT org_id, user_id INTO its_org, its_user FROM member JOIN org USING (org_id)
    WHERE (org_id, user_id) > (its_org, its_user) ORDER BY org_id, user_id LIMIT 1
    FOR NO KEY UPDATE OF member FOR KEY SHARE OF org;
    {change}
END $$
"""
CALL = text("SELECT its_org, its_user FROM pg_temp.change_next_member(:its_org, :its_user)")
NOBODY = "00000000-0000-0000-0000-000000000000"


def for_each_member(change: str) -> None:
    """Runs statements of PL/pgSQL for each member, who is `its_org` and `its_user`, locked as by whoever writes their data.

    Each member is a transaction, so that nobody waits for all of them: what is changed twice must be no worse. After the
    last it runs once more, both null.
    """
    with op.get_context().autocommit_block():
        # Shorter than what a statement may take: whoever waits for the one that is locked waits no longer than this.
        op.execute("SET lock_timeout = '15s'")
        op.execute(NEXT.format(change=change))
        last: dict[str, object] = {"its_org": NOBODY, "its_user": NOBODY}
        while last["its_org"] is not None:
            last = dict(op.get_bind().execute(CALL, last).mappings().one())
        op.execute("SET lock_timeout = '4s'")
