"""Code blocks: highlighted, with a label, a copy button, and a panel for each language."""

from html import escape as escape_html

from msgspec import Struct
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

LABELS = {
    "bash": "curl",
    "python": "Python",
    "typescript": "TypeScript",
    "json": "JSON",
    "http": "HTTP",
    "text": "Text",
}
COPY = (
    '<button type="button" class="copy" aria-label="Copy" hidden>'
    '<svg viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.5" aria-hidden="true">'
    '<rect x="7" y="7" width="9.5" height="9.5" rx="2"/><path d="M13 7V5.5a2 2 0 0 0-2-2H5.5a2 2 0 0 0-2 2V11a2 2 0 0 0 2 2H7"/>'
    "</svg></button>"
)


class Fence(Struct, frozen=True):
    """A fenced block; the info string is the language, and after it the label where that differs."""

    info: str
    text: str

    @property
    def language(self) -> str:
        return self.info.split(" ", 1)[0] or "text"

    @property
    def label(self) -> str:
        return self.info.partition(" ")[2].strip() or LABELS.get(self.language, self.language)


def escape(text: str) -> str:
    return escape_html(text, quote=True)


def block(fences: list[Fence]) -> str:
    several = len(fences) > 1
    label = '<div class="tabs"></div>' if several else f'<span class="label">{escape(fences[0].label)}</span>'
    panels = "".join(_panel(fence, named=several) for fence in fences)
    return f'<div class="code{" several" if several else ""}"><div class="bar">{label}{COPY}</div>{panels}</div>\n'


def _panel(fence: Fence, *, named: bool) -> str:
    coloured = highlight(fence.text, get_lexer_by_name(fence.language), HtmlFormatter(nowrap=True))
    name = f'<span class="label">{escape(fence.label)}</span>' if named else ""
    label = escape(fence.label)
    return f'<div class="panel" data-label="{label}">{name}<pre tabindex="0"><code>{coloured}</code></pre></div>'
