"""HTTP operations on members."""

from healthpartner.core.errors import Conflict
from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import Data
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.users import service
from healthpartner.domains.users.schemas import CreateUser, UpdateProfile, User, UserCreated

GROUP = "Users"


@endpoint(
    "POST /v1/users",
    "create_user",
    group=GROUP,
    auth="tenant",
    success=201,
    summary="Register a partner-scoped member",
    errors=(Conflict,),
)
async def create_user(data: CreateUser, uow: UnitOfWork) -> Data[UserCreated]:
    """Send your own `user_id`, or an `external_id` and let the server mint the id."""
    return Data(UserCreated(await service.register(uow, data)))


@endpoint("GET /v1/users/{user_id:uuid}", "get_user", group=GROUP, auth="member", summary="Read the member's profile")
async def get_user(uow: UnitOfWork) -> Data[User]:
    return Data(await service.read(uow))


@endpoint(
    "PATCH /v1/users/{user_id:uuid}",
    "update_user",
    group=GROUP,
    auth="member",
    success=204,
    summary="Change any subset of the profile",
)
async def update_user(data: UpdateProfile, uow: UnitOfWork) -> None:
    await service.update(uow, data)


ROUTES = [create_user, get_user, update_user]
