"""The SDK's operations: a method for each, named by its operationId, once to wait for and once to await."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tools.sdk.types import annotation, is_optional, name_of, union

HEAD = '''"""{about}

Written by `make contracts`; change nothing here.
"""

from {iterator} import {iterators}
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from healthpartner_sdk._generated import models, sent
from healthpartner_sdk.calls import OMITTED, Call, Omitted, Page, segment
from healthpartner_sdk.{module} import {base}


class {name}({base}):
    """{about}"""
'''

MODEL = re.compile(r"(?<![\w.])([A-Z]\w*)(?![\w(])")
PLACE = re.compile(r"{(\w+)}")
BUILTIN = {"Any", "Literal", "UUID", "None", "Page", "Omitted", "Iterator", "AsyncIterator"}


@dataclass(frozen=True)
class Argument:
    """`where` it goes: path, query or body."""

    name: str
    where: str
    type: str
    required: bool

    def declared(self) -> str:
        if self.required:
            return f"{self.name}: {self.type}"
        nothing = " | None" if self.type.endswith(" | None") else ""
        return f"{self.name}: {self.type.removesuffix(nothing)} | Omitted{nothing} = OMITTED"


@dataclass(frozen=True)
class Operation:
    """What the document says of one operation, as the methods need it."""

    name: str
    method: str
    path: str
    about: str
    arguments: list[Argument]
    body: str | None  # "fields", "whole", "bytes" or none
    result: str
    is_page: bool
    is_file: bool
    is_bare: bool
    keyed: bool
    kinds: frozenset[str]

    @property
    def is_listed(self) -> bool:
        return self.is_page and any(argument.name == "cursor" for argument in self.arguments)


def operations(document: Mapping[str, Any]) -> list[Operation]:
    found = [
        _operation(document, method, path, raw)
        for path, item in document["paths"].items()
        for method, raw in item.items()
    ]
    return sorted(found, key=lambda each: each.name)


def classes(document: Mapping[str, Any]) -> dict[str, str]:
    """Source by module name."""
    everything = operations(document)
    tenant = [each for each in everything if "member_token" not in each.kinds or "tenant_key" in each.kinds]
    member = [each for each in everything if "tenant_key" not in each.kinds or "member_token" in each.kinds]
    return {
        "tenant": _source(tenant, "TenantOperations", "What the tenant's server may call.", asynchronous=False),
        "member": _source(member, "MemberOperations", "What may be called for one member.", asynchronous=False),
        "async_tenant": _source(
            tenant, "AsyncTenantOperations", "What the tenant's server may call.", asynchronous=True
        ),
        "async_member": _source(
            member, "AsyncMemberOperations", "What may be called for one member.", asynchronous=True
        ),
    }


def _source(chosen: list[Operation], name: str, about: str, *, asynchronous: bool) -> str:
    head = HEAD.format(
        about=about,
        iterator="collections.abc",
        iterators="AsyncIterator" if asynchronous else "Iterator",
        module="async_sender" if asynchronous else "sender",
        base="AsyncSender" if asynchronous else "Sender",
        name=name,
    )
    return head + "\n" + "\n".join("\n".join(_methods(each, asynchronous=asynchronous)) for each in chosen)


def _methods(each: Operation, *, asynchronous: bool) -> Iterator[str]:
    wait, define = ("await ", "async def") if asynchronous else ("", "def")
    shown = [argument for argument in each.arguments if (argument.name, argument.where) != ("user_id", "path")]
    positional = [argument.declared() for argument in shown if argument.where in {"path", "whole"}]
    named = [
        argument.declared() for argument in sorted(shown, key=_optional_last) if argument.where in {"query", "body"}
    ]
    parameters = ["self", *positional, *(["*", *named] if named else [])]
    iterator = "AsyncIterator" if asynchronous else "Iterator"
    if each.is_file:
        yield f"    def {each.name}({', '.join(parameters)}) -> {iterator}[bytes]:"
        yield from _documented(each)
        yield f"        return self._stream({_call(each)})"
        yield ""
        return
    yield f"    {define} {each.name}({', '.join(parameters)}) -> {_returned(each)}:"
    yield from _documented(each)
    if each.result == "None":
        yield f"        {wait}self._do({_call(each)})"
    else:
        yield f"        return {wait}self._send({_call(each)}, {_returned(each)})"
    yield ""
    if each.is_listed:
        yield from _iterating(each, parameters, iterator)


def _iterating(each: Operation, parameters: list[str], iterator: str) -> Iterator[str]:
    kept = [text for text in parameters if not text.startswith(("cursor:", "offset:"))]
    rest = kept[:-1] if kept[-1] == "*" else kept
    yield f"    def iter_{each.name.removeprefix('list_')}({', '.join(rest)}) -> {iterator}[{_typed(each.result)}]:"
    yield f'        """Every row of `{each.name}`, page by page."""'
    yield f"        return self._pages({_call(each, without=('cursor', 'offset'))}, {_typed(each.result)})"
    yield ""


def _call(each: Operation, without: tuple[str, ...] = ()) -> str:
    path = PLACE.sub(_segment, each.path)
    parts = [f'"{each.method.upper()}"', f'f"{path}"' if "{" in path else f'"{path}"']
    query = [argument.name for argument in each.arguments if argument.where == "query" and argument.name not in without]
    if query:
        parts.append("query={" + ", ".join(f'"{name}": {name}' for name in query) + "}")
    if each.body == "fields":
        names = [argument.name for argument in each.arguments if argument.where == "body"]
        parts.append("body={" + ", ".join(f'"{name}": {name}' for name in names) + "}")
    elif each.body == "whole":
        parts.append("body=body")
    elif each.body == "bytes":
        parts.append("content=content")
    if each.keyed:
        parts.append("keyed=True")
    if not each.kinds:
        parts.append("anonymous=True")
    if each.is_bare:
        parts.append("bare=True")
    return f"Call({', '.join(parts)})"


def _segment(found: re.Match[str]) -> str:
    return "{self.user_id}" if found[1] == "user_id" else f"{{segment({found[1]})}}"


def _operation(document: Mapping[str, Any], method: str, path: str, raw: Mapping[str, Any]) -> Operation:
    parameters = [_resolved(document, each) for each in raw.get("parameters", ())]
    arguments = [_argument(each) for each in parameters if each["in"] in {"path", "query"}]
    body, fields = _body(document, method, path, raw)
    answer = next(each for status, each in raw["responses"].items() if status.startswith("2"))
    content = answer.get("content", {})
    schema = content.get("application/json", {}).get("schema")
    result, shape = _result_of(document, schema)
    return Operation(
        name=raw["operationId"],
        method=method,
        path=path,
        about=" ".join([raw["summary"].rstrip(".") + ".", raw.get("description") or ""]).strip(),
        arguments=[*arguments, *fields],
        body=body,
        result=result,
        is_page=shape == "page",
        is_bare=shape == "bare",
        is_file=bool(content) and schema is None,
        keyed=any(each["name"] == "Idempotency-Key" for each in parameters) and method != "get",
        kinds=frozenset(kind for choice in raw["security"] for kind in choice),
    )


def _argument(parameter: Mapping[str, Any]) -> Argument:
    text = annotation(parameter["schema"], closed=True).removesuffix(" | None")
    where = parameter["in"]
    required = bool(parameter.get("required"))
    return Argument(parameter["name"], where, "UUID | str" if text == "UUID" else text, required)


def _body(
    document: Mapping[str, Any], method: str, path: str, raw: Mapping[str, Any]
) -> tuple[str | None, list[Argument]]:
    content = raw.get("requestBody", {}).get("content", {})
    if method == "put" and path.endswith("/content"):
        return "bytes", [Argument("content", "whole", "bytes", required=True)]
    if "application/json" not in content:
        return None, []
    schema = _resolved(document, content["application/json"]["schema"])
    if "properties" not in schema:
        return "whole", [Argument("body", "whole", "dict[str, Any]", required=True)]
    required = set(schema.get("required", ()))
    return "fields", [
        Argument(name, "body", _given(value), required=name in required) for name, value in schema["properties"].items()
    ]


def _given(schema: Mapping[str, Any]) -> str:
    """What we send: models as dictionaries, typed for who likes that, so that nobody has to build one."""
    text = annotation(dict(schema), closed=True)
    if text == "UUID":
        return "UUID | str"
    typed, plain = (
        MODEL.sub(lambda found, model=model: found[1] if found[1] in BUILTIN else model.format(found[1]), text)  # type: ignore[misc]
        for model in ("sent.{}", "dict[str, Any]")
    )
    return typed if typed == plain else union([typed, plain])


def _result_of(document: Mapping[str, Any], schema: Mapping[str, Any] | None) -> tuple[str, str]:
    """(annotation, "page", "data" or "bare")."""
    if schema is None:
        return "None", "data"
    name = name_of(schema["$ref"])
    whole = document["components"]["schemas"][name]
    data = whole["properties"].get("data")
    if data is None:
        return name, "bare"
    text = annotation(data, closed=False)
    if name.startswith("PageOf"):
        return text.removeprefix("list[").removesuffix("]"), "page"
    return text, "data"


def _resolved(document: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in node:
        return node
    target: Any = document
    for part in node["$ref"].removeprefix("#/").split("/"):
        target = target[part]
    found: Mapping[str, Any] = target
    return found


def _returned(each: Operation) -> str:
    return f"Page[{_typed(each.result)}]" if each.is_page else _typed(each.result)


def _typed(text: str) -> str:
    return MODEL.sub(lambda found: found[1] if found[1] in BUILTIN else f"models.{found[1]}", text)


def _documented(each: Operation) -> Iterator[str]:
    about = each.about.replace("\\", "\\\\").replace('"""', "'''")
    yield f'        """{" ".join(about.split())}"""'


def _optional_last(argument: Argument) -> tuple[bool, bool]:
    return not argument.required, not is_optional(argument.type)
