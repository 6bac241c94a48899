"""Compares two versions of a JSON Schema as they are used: what is sent to us may only widen, what we answer may only
narrow.
"""

from typing import Any, Literal

Direction = Literal["request", "response"]
Schema = dict[str, Any]

# Where a higher value admits less, and where a lower one does.
LOWER_BOUNDS = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER_BOUNDS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
EXACT = ("pattern", "format", "multipleOf", "uniqueItems")
MEANINGLESS = frozenset({None, False})


class SchemaComparison:
    """Walks two schemas side by side, each with the components of its own document."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self._old, self._new = old, new
        self._seen: set[tuple[str, str, str]] = set()

    def breaking(self, old: Schema, new: Schema, direction: Direction, where: str) -> list[str]:
        """What a client written for `old` can no longer send, or no longer read."""
        if self._was_seen(old, new, direction):
            return []
        old, new = resolve(old, self._old), resolve(new, self._new)
        found = self._kinds(old, new, direction, where)
        return found + _values(old, new, direction, where)

    def _was_seen(self, old: Schema, new: Schema, direction: Direction) -> bool:
        """A model that holds itself is walked once."""
        pair = (old.get("$ref", ""), new.get("$ref", ""), direction)
        if not (pair[0] and pair[1]):
            return False
        seen = pair in self._seen
        self._seen.add(pair)
        return seen

    def _kinds(self, old: Schema, new: Schema, direction: Direction, where: str) -> list[str]:
        before, after = self._alternatives(old, self._old), self._alternatives(new, self._new)
        lost, gained = sorted(before.keys() - after.keys()), sorted(after.keys() - before.keys())
        found: list[str] = []
        if direction == "request" and lost and "any" not in after:
            found.append(f"{where}: no longer takes {', '.join(lost)}")
        if direction == "response" and gained and "any" not in before:
            found.append(f"{where}: can now also be {', '.join(gained)}")
        for kind in sorted(before.keys() & after.keys()):
            for index, (one, other) in enumerate(zip(before[kind], after[kind], strict=False)):
                place = where if len(before[kind]) == 1 else f"{where}({index + 1})"
                found += self._inside(one, other, direction, place)
            if direction == "request" and len(after[kind]) < len(before[kind]):
                found.append(f"{where}: takes fewer forms of {kind}")
        return found

    def _alternatives(self, schema: Schema, document: Schema) -> dict[str, list[Schema]]:
        """The forms a value may have, by JSON type; a schema without any says `any`."""
        forms: dict[str, list[Schema]] = {}
        options = schema.get("oneOf") or schema.get("anyOf")
        if options:
            for option in options:
                for kind, inner in self._alternatives(resolve(option, document), document).items():
                    forms.setdefault(kind, []).extend([option] if "$ref" in option else inner)
            return forms
        kinds = schema.get("type", _implied(schema))
        for kind in [kinds] if isinstance(kinds, str) else kinds:
            forms[kind] = [schema]
        return forms

    def _inside(self, old: Schema, new: Schema, direction: Direction, where: str) -> list[str]:
        if self._was_seen(old, new, direction):
            return []
        old, new = resolve(old, self._old), resolve(new, self._new)
        found = _values(old, new, direction, where)
        if "items" in old and "items" in new:
            found += self.breaking(old["items"], new["items"], direction, f"{where}[]")
        values, fresh = old.get("additionalProperties"), new.get("additionalProperties")
        if isinstance(values, dict) and isinstance(fresh, dict):
            found += self.breaking(values, fresh, direction, f"{where}.*")
        elif direction == "request" and values is not False and fresh is False:
            found.append(f"{where}: takes no other fields any more")
        return found + self._fields(old, new, direction, where)

    def _fields(self, old: Schema, new: Schema, direction: Direction, where: str) -> list[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        found = [f"{where}.{name}: removed" for name in before if name not in after]
        required, now = set(old.get("required", ())), set(new.get("required", ()))
        if direction == "request":
            found += [f"{where}.{name}: now required" for name in sorted(now - required)]
        else:
            found += [f"{where}.{name}: no longer always there" for name in sorted((required - now) & after.keys())]
        for name in before:
            if name in after:
                found += self.breaking(before[name], after[name], direction, f"{where}.{name}")
        return found


def resolve(schema: Schema, document: Schema) -> Schema:
    """Follows a `$ref`; one `allOf` with a single entry counts as that entry."""
    while True:
        if "$ref" in schema:
            target: Schema = document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            schema = target
        elif len(schema.get("allOf", ())) == 1:
            schema = {**schema, **schema["allOf"][0]}
            del schema["allOf"]
        else:
            return schema


def _implied(schema: Schema) -> str:
    if "properties" in schema:
        return "object"
    values = [schema["const"]] if "const" in schema else schema.get("enum", ())
    return "string" if values and all(isinstance(value, str) for value in values) else "any"


def _values(old: Schema, new: Schema, direction: Direction, where: str) -> list[str]:
    before, after = _allowed(old), _allowed(new)
    found: list[str] = []
    if before is not None and after is not None:
        found += [f"{where}: {member} is no longer a member" for member in sorted(before - after)]
    if direction == "response":
        return found
    if before is None and after is not None:
        found.append(f"{where}: now only {', '.join(sorted(after))}")
    return [*found, *_bounds(old, new, where)]


def _allowed(schema: Schema) -> set[str] | None:
    if "const" in schema:
        return {str(schema["const"])}
    return {str(member) for member in schema["enum"]} if "enum" in schema else None


def _bounds(old: Schema, new: Schema, where: str) -> list[str]:
    """A minimum of 0 on a length says nothing."""
    narrowed = [name for name in LOWER_BOUNDS if name in new and (name not in old or new[name] > old[name])]
    narrowed = [name for name in narrowed if new[name] != 0 or name in {"minimum", "exclusiveMinimum"}]
    narrowed += [name for name in UPPER_BOUNDS if name in new and (name not in old or new[name] < old[name])]
    narrowed += [name for name in EXACT if new.get(name) not in MEANINGLESS and new[name] != old.get(name)]
    return [f"{where}: {name} is now {new[name]}" for name in narrowed]
