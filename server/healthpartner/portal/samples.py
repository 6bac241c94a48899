"""The code samples: whole files, so that they can be run, shown on the pages in every language that they exist in."""

import re

from healthpartner.portal import sources

LANGUAGES = {"sh": "bash", "py": "python", "ts": "typescript"}
MARK = re.compile(r"^(?:#|//) -- (\S+)\n", re.MULTILINE)


def sections(name: str, suffix: str) -> dict[str, str]:
    """The parts of a sample file by their marks (`# -- name`)."""
    path = sources.PORTAL / "samples" / f"{name}.{suffix}"
    if not path.is_file():
        return {}
    _, *parts = MARK.split(path.read_text(encoding="utf-8"))
    return {title: text.strip("\n") for title, text in zip(parts[::2], parts[1::2], strict=True)}


def fences(name: str, section: str, label: str = "") -> str:
    """A section of a sample as Markdown, a fence for each language. `label` names the shell's, if it is not curl."""
    found = [(suffix, sections(name, suffix).get(section)) for suffix in LANGUAGES]
    blocks = [
        f"```{LANGUAGES[suffix]}{' ' + label if label and suffix == 'sh' else ''}\n{text}\n```"
        for suffix, text in found
        if text
    ]
    if not blocks:
        raise ValueError(f"{name}: there is no sample {section}")
    return "\n".join(blocks)
