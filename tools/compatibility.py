"""Whether a client written for one version of the API can use the next: a pure comparison of two OpenAPI documents."""

from typing import Any

from tools.schema_compatibility import SchemaComparison, resolve

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
Document = dict[str, Any]


def breaking_changes(old: Document, new: Document) -> list[str]:
    """One sentence for every change that breaks a client; additions are none."""
    comparison = _Comparison(old, new)
    found: list[str] = []
    for path, before in old.get("paths", {}).items():
        after = new.get("paths", {}).get(path)
        if after is None:
            found.append(f"{path}: removed")
            continue
        for method in METHODS:
            if method in before:
                found += comparison.operation(f"{method.upper()} {path}", before[method], after.get(method))
    return list(dict.fromkeys(found))


class _Comparison:
    def __init__(self, old: Document, new: Document) -> None:
        self._old, self._new = old, new

    def operation(self, name: str, old: Document, new: Document | None) -> list[str]:
        if new is None:
            return [f"{name}: removed"]
        return [
            *_identity(name, old, new),
            *_security(name, old, new),
            *self._parameters(name, old, new),
            *self._body(name, old, new),
            *self._responses(name, old, new),
        ]

    def _schemas(self, old: Document, new: Document, *, sent: bool, where: str) -> list[str]:
        # A fresh walk for each use: a model seen in one operation has to be told of in the next as well.
        walk = SchemaComparison(self._old, self._new)
        return walk.breaking(old, new, "request" if sent else "response", where)

    def _parameters(self, name: str, old: Document, new: Document) -> list[str]:
        before, after = _named(old, self._old), _named(new, self._new)
        found = [f"{name}: {place} parameter {each} removed" for place, each in before if (place, each) not in after]
        for (place, each), parameter in after.items():
            where = f"{name}: {place} parameter {each}"
            known = before.get((place, each))
            if parameter.get("required") and not (known and known.get("required")):
                found.append(f"{where} is now required")
            if known is not None:
                found += self._schemas(known.get("schema", {}), parameter.get("schema", {}), sent=True, where=where)
        return found

    def _body(self, name: str, old: Document, new: Document) -> list[str]:
        before, after = old.get("requestBody"), new.get("requestBody")
        if after is None:
            return [f"{name}: takes no body any more"] if before is not None else []
        found = []
        if after.get("required") and not (before and before.get("required")):
            found.append(f"{name}: a body is now required")
        return found if before is None else found + self._content(f"{name}: body", before, after, sent=True)

    def _responses(self, name: str, old: Document, new: Document) -> list[str]:
        found: list[str] = []
        for status, before in old.get("responses", {}).items():
            after = new.get("responses", {}).get(status)
            if after is None:
                found.append(f"{name}: answer {status} removed")
            else:
                found += self._content(f"{name}: answer {status}", before, after, sent=False)
        return found

    def _content(self, where: str, old: Document, new: Document, *, sent: bool) -> list[str]:
        before, after = old.get("content", {}), new.get("content", {})
        found = [f"{where}: no longer as {kind}" for kind in before if kind not in after]
        for kind in before:
            if kind in after:
                schemas = before[kind].get("schema", {}), after[kind].get("schema", {})
                found += self._schemas(*schemas, sent=sent, where=where)
        return found


def _identity(name: str, old: Document, new: Document) -> list[str]:
    """Client generators name their methods after it."""
    before, after = old.get("operationId"), new.get("operationId")
    return [f"{name}: operationId {before} is now {after}"] if before != after else []


def _security(name: str, old: Document, new: Document) -> list[str]:
    before = {",".join(sorted(way)) for way in old.get("security", [])}
    after = {",".join(sorted(way)) for way in new.get("security", [])}
    if not before:
        return [f"{name}: now needs {' or '.join(sorted(after))}"] if after else []
    return [f"{name}: no longer opens with {way}" for way in sorted(before - after)] if after else []


def _named(operation: Document, document: Document) -> dict[tuple[str, str], Document]:
    resolved = [resolve(parameter, document) for parameter in operation.get("parameters", [])]
    return {(parameter["in"], parameter["name"]): parameter for parameter in resolved}
