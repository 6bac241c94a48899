"""The member read as a competent team writes it with FastAPI, pydantic and the SQLAlchemy ORM (asyncio, asyncpg).

One session per request, the token verified with PyJWT and the tenant filter in the query; no row-level security, rate
limit, metrics, trace or log line, all of which our own read has. Serves itself: `fastapi_orm_app.py URL PORT`.
"""

# mypy: disable-error-code="import-not-found, untyped-decorator, misc"

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

import jwt
import uvicorn
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ForeignKeyConstraint, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship

DATABASE_URL, PORT = sys.argv[1].replace("postgresql://", "postgresql+asyncpg://", 1), int(sys.argv[2])

engine = create_async_engine(DATABASE_URL, pool_size=20, max_overflow=0)
sessions = async_sessionmaker(engine, expire_on_commit=False)
public_keys: dict[str, Any] = {}


class Base(DeclarativeBase):
    pass


class TokenKeyRow(Base):
    __tablename__ = "token_key"
    kid: Mapped[str] = mapped_column(primary_key=True)
    public_jwk: Mapped[dict[str, Any]] = mapped_column(JSONB)


class DeviceRow(Base):
    __tablename__ = "device_connection"
    __table_args__ = (ForeignKeyConstraint(["org_id", "user_id"], ["member.org_id", "member.user_id"]),)
    org_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    provider_slug: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str]


class MemberRow(Base):
    __tablename__ = "member"
    org_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    profile: Mapped[dict[str, Any]] = mapped_column(JSONB)
    conversation_recording_opt_in: Mapped[bool]
    devices: Mapped[list[DeviceRow]] = relationship(order_by=DeviceRow.provider_slug)


class Location(BaseModel):
    city: str | None = None
    state: str | None = None
    country: str | None = None


class Profile(BaseModel):
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    timezone: str | None = None
    birthday: date | None = None
    weight: float | None = None
    weight_unit: Literal["kg", "lb"] | None = None
    height: float | None = None
    height_unit: Literal["cm", "in"] | None = None
    preferences: str | None = None
    pre_existing_conditions: list[dict[str, Any]] | None = None
    gender: Literal["male", "female", "non_binary", "other", "prefer_not_to_say"] | None = None
    ethnicity: str | None = None
    location: Location | None = None


class Privacy(BaseModel):
    conversation_recording_opt_in: bool


class ConnectedDevice(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    provider_slug: str
    status: Literal["connected", "error", "disconnected"]


class HealthProfile(BaseModel):
    user_id: UUID
    profile: Profile
    location: Location | None
    privacy: Privacy
    connected_devices: list[ConnectedDevice]


class Envelope(BaseModel):
    data: HealthProfile


class Caller(BaseModel):
    org_id: UUID
    user_id: UUID


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    async with sessions() as session:
        for row in await session.scalars(select(TokenKeyRow)):
            public_keys[row.kid] = jwt.PyJWK(row.public_jwk).key
    yield
    await engine.dispose()


async def get_session() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


async def get_caller(credentials: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> Caller:
    try:
        kid = jwt.get_unverified_header(credentials.credentials)["kid"]
        claims = jwt.decode(
            credentials.credentials,
            public_keys[kid],
            algorithms=["EdDSA"],
            audience="healthpartner",
            issuer="healthpartner:sandbox",
        )
    except (jwt.InvalidTokenError, KeyError) as error:
        raise HTTPException(401) from error
    return Caller(org_id=claims["org"], user_id=claims["sub"])


app = FastAPI(lifespan=lifespan)


@app.get("/livez")
async def livez() -> str:
    return "ok"


@app.get("/v1/users/{user_id}/health-profile")
async def get_profile(
    user_id: UUID,
    caller: Annotated[Caller, Depends(get_caller)],
    session: Annotated[AsyncSession, Depends(get_session)],
) -> Envelope:
    if caller.user_id != user_id:
        raise HTTPException(403)
    query = (
        select(MemberRow)
        .where(MemberRow.org_id == caller.org_id, MemberRow.user_id == user_id)
        .options(joinedload(MemberRow.devices))
    )
    member = (await session.scalars(query)).unique().one_or_none()
    if member is None:
        raise HTTPException(401)
    profile = Profile.model_validate(member.profile)
    return Envelope(
        data=HealthProfile(
            user_id=member.user_id,
            profile=profile,
            location=profile.location,
            privacy=Privacy(conversation_recording_opt_in=member.conversation_recording_opt_in),
            connected_devices=[ConnectedDevice.model_validate(device) for device in member.devices],
        )
    )


if __name__ == "__main__":
    uvicorn.run(app, port=PORT, loop="uvloop", http="httptools", access_log=False, log_level="warning")
