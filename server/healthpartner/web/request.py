"""A request whose JSON body is decoded straight into the type that the handler asks for."""

from typing import Any

from litestar import Request

from healthpartner.web import validation


class TypedRequest(Request[Any, Any, Any]):
    """Litestar asks for `json()`; it gets the handler's model, decoded and checked in one pass."""

    async def body(self) -> bytes:
        """No body is an empty object, so that an operation without required fields can be called without one."""
        given = await super().body()
        return given or (b"" if self.route_handler.opt.get("request_model") is None else b"{}")

    async def json(self) -> Any:
        model = self.route_handler.opt.get("request_model")
        if model is None:
            return await super().json()
        return validation.decode(await self.body(), self.headers.get("content-type"), model)
