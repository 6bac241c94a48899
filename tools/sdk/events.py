"""The SDK's typed events, from the committed schemas."""

import json
from pathlib import Path
from typing import Any

from tools.generated import ROOT
from tools.sdk.models import HEAD, struct

FOLDER = ROOT / "contracts" / "events"
SUFFIX = ".v1.schema.json"


def events(schemas: dict[Path, str]) -> str:
    """One Struct for the data of each type, and a table of them by type."""
    parts, table = [HEAD.format(about="The data of events, by type.")], []
    seen: set[str] = set()
    for path, text in sorted(schemas.items()):
        if not path.name.endswith(SUFFIX):
            continue
        kind = path.name.removesuffix(SUFFIX)
        name = "".join(word.capitalize() for word in kind.replace("_", ".").split("."))
        definitions: dict[str, Any] = json.loads(text).get("$defs", {})
        main = _main(json.loads(text))
        for other, schema in sorted(definitions.items()):
            if other not in {main, "Truncated"} and other not in seen and schema.get("type") == "object":
                seen.add(other)
                parts.append(struct(other, schema))
        parts.append(struct(name, definitions[main]))
        table.append(f'    "{kind}": {name},')
    parts.append("DATA_BY_TYPE: dict[str, type[Struct]] = {\n" + "\n".join(table) + "\n}")
    return "\n\n".join(parts) + "\n"


def _main(schema: dict[str, Any]) -> str:
    """The definition that `data` refers to, beside that of data which did not fit."""
    choices = schema["properties"]["data"]["anyOf"]
    return next(str(each["$ref"]).rsplit("/", 1)[-1] for each in choices if not each["$ref"].endswith("/Truncated"))
