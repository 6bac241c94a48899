"""What a trusted gateway in front says about a request. It may hold a credential to one tenant and one member; it never
stands in for a credential, so that nobody can choose a tenant with a header.
"""

from uuid import UUID

from healthpartner.core.access import Caller, MemberCaller
from healthpartner.core.errors import Forbidden
from healthpartner.web.edge import Edge

ORG_HEADER = b"org-id"
USER_HEADER = b"x-user-id"


def check_gateway(edge: Edge, caller: Caller) -> None:
    """Ignored unless the deployment says that it stands behind one; then what it names must be the caller's own."""
    if not edge.platform.settings.http.trusted_gateway:
        return
    _agree(edge.header(ORG_HEADER), caller.org_id)
    if isinstance(caller, MemberCaller):
        _agree(edge.header(USER_HEADER), caller.user_id)


def _agree(named: str | None, own: UUID) -> None:
    if named is not None and named.strip().lower() != str(own):
        raise Forbidden("The gateway names another tenant or member than the credential does.")
